import { ownKey } from '../api/administration.ts'
import { connect } from '../api/client.ts'
import { counted } from '../core/format.ts'
import { Problem } from '../core/problem.ts'
import { type Ledger, openMachineLedger } from '../store/open.ts'
import { collect } from './collect.ts'
import { collectNotes } from './collect-notes.ts'
import { type Config, ledgerPath, readConfig, writeSettings } from './config.ts'
import { rememberServer } from './known-server.ts'
import type { Surroundings } from './surroundings.ts'
import { syncWatched } from './sync-watched.ts'
import { printNote } from './terminal/messages.ts'
import { identify } from './this-machine.ts'

/** The server that was just started on this machine. */
interface ServerHere {
  readonly url: string
  /** Makes a key for this machine. */
  admit(machine: { readonly id: string; readonly hostname: string }): Promise<string>
}

/**
 * Joins this machine to the server that was just started on it, if it is not joined to another one, and sends its
 * usage. Returns sentences that say what was done.
 */
export async function joinThisMachine(server: ServerHere, surroundings: Surroundings): Promise<string[]> {
  const sentences: string[] = []
  const { url } = server
  let config = readConfig(surroundings)
  if (config.server_url !== undefined && !isSame(config.server_url, url)) {
    return [`This machine syncs to ${config.server_url}, and was left with it.`]
  }
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const isGood = await isKeyGood(url, config, surroundings)
    if (!isGood) await takeKey(ledger, server, config, surroundings)
    if (config.server_url === undefined) {
      await writeSettings(surroundings, { server_url: url })
      sentences.push(`This machine now syncs to this server (saved in ${config.path}).`)
    }
    config = readConfig(surroundings)
    const there = connect({ url, key: config.api_key }, { fetch: surroundings.fetch })
    const settled = config.server_url ?? url
    await rememberServer(ledger, { url: settled, server_id: (await there.health()).server })
    const collected = await collect(ledger, surroundings, { hostname: config.hostname })
    for (const note of collectNotes(collected)) printNote(note, surroundings)
    const synced = await syncWatched({ ledger, surroundings, settings: config, server_url: settled }, there)
    sentences.push(
      `This machine: ${counted(collected.files, 'transcript')} read, ${counted(synced.stored, 'new record')} sent.`,
    )
  } finally {
    await ledger.close()
  }
  return sentences
}

async function takeKey(
  ledger: Ledger,
  { admit }: ServerHere,
  { hostname }: Config,
  surroundings: Surroundings,
): Promise<void> {
  const { machine } = await ledger.db.transaction().execute((tx) => identify(ledger, tx, surroundings))
  await writeSettings(surroundings, { api_key: await admit({ id: machine, hostname }) })
}

/** A key of before may be of a server that was replaced. */
async function isKeyGood(url: string, { api_key }: Config, { fetch }: Surroundings): Promise<boolean> {
  if (api_key === undefined) return false
  try {
    await ownKey({ url, key: api_key }, { fetch }).get()
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.code !== 'unauthenticated'
  }
}

/** Do two URLs name the same server on this machine? */
function isSame(a: string, b: string): boolean {
  const plain = (url: string) => url.replace('//localhost', '//127.0.0.1').replace(/\/+$/, '')
  return plain(a) === plain(b)
}
