import { ownKey } from '../../api/administration.ts'
import { parseKey } from '../../api/key-text.ts'
import { Problem } from '../../core/problem.ts'
import { readConfig, writeSettings } from '../config.ts'
import { forgetPending } from '../login/pending.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone, printNote } from '../terminal/messages.ts'

/**
 * `forge logout`: ends this machine's key on the server, and forgets it here. What was read stays on this machine, what
 * was sent on the server. A key that is not this machine's own is only forgotten.
 */
export async function logoutCommand(surroundings: Surroundings): Promise<ExitCode> {
  forgetPending(surroundings)
  const { server_url: url, api_key: key, values } = readConfig(surroundings)
  const origin = values.find(({ setting }) => setting.name === 'api_key')?.origin
  if (key === undefined || url === undefined) {
    printDone('This machine was not signed in.', surroundings)
    return 0
  }
  if (origin === 'environment') {
    throw new Problem('invalid-request', 'The key comes from FORGE_API_KEY; nothing of it is kept here.', {
      hint: 'Unset the variable where it is set.',
    })
  }
  const ended = parseKey(key)?.kind === 'machine' ? await endKey(url, key, surroundings) : 'kept'
  await writeSettings(surroundings, { api_key: '', server_url: '' })
  printDone(`Signed out of ${url}. What this machine has read stays here: forge tokens`, surroundings)
  if (ended === 'unknown') {
    printNote(
      `The server could not be told: its key ${parseKey(key)?.id} still holds there. End it: forge key revoke ${parseKey(key)?.id}`,
      surroundings,
    )
  }
  return 0
}

async function endKey(url: string, key: string, { fetch }: Surroundings): Promise<'ended' | 'unknown'> {
  try {
    await ownKey({ url, key }, { fetch }).revoke()
    return 'ended'
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // Whatever the server says: a key that it does not take any more is as good as ended.
    return error.code === 'unauthenticated' ? 'ended' : 'unknown'
  }
}
