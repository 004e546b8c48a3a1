import type { Introduction } from '../../api/newcomer.ts'
import { ownKey } from '../../api/administration.ts'
import type { KeyRow } from '../../api/keys.ts'
import { Problem } from '../../core/problem.ts'
import type { Ledger } from '../../store/open.ts'
import { readConfig, writeSettings } from '../config.ts'
import { rememberServer } from '../known-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { identify } from '../this-machine.ts'
import { systemName } from './system-name.ts'

/** A key, and whether this machine has to keep it: one from the environment stays there. */
export interface FoundKey {
  readonly key: string
  readonly keep: boolean
}

/** What this machine says of itself when it asks to be let in. */
export async function introduction(
  ledger: Ledger,
  hostname: string,
  version: string,
  surroundings: Surroundings,
): Promise<Introduction> {
  const { machine } = await ledger.db.transaction().execute((tx) => identify(ledger, tx, surroundings))
  return { machine, hostname, system: systemName(surroundings), client_version: version }
}

/**
 * Joins this machine to a server: tries the key, and keeps both only where it is good. Hands out what the key may do;
 * undefined for an operator's own, which may do everything. Throws what the server says of a key that it refuses.
 */
export async function join(
  ledger: Ledger,
  { url, server_id }: { readonly url: string; readonly server_id: string | undefined },
  { key, keep }: FoundKey,
  surroundings: Surroundings,
): Promise<KeyRow | undefined> {
  const row = await whatKeyIs(url, key, surroundings)
  await writeSettings(surroundings, { server_url: url, ...(keep ? { api_key: key } : {}) })
  const { server_url, values } = readConfig(surroundings)
  if (server_url !== url) {
    const { variable } = values.find(({ setting }) => setting.name === 'server_url')?.setting ?? {}
    throw new Problem('invalid-request', `${variable} is set to ${server_url}, and wins over what was just kept.`, {
      hint: `Unset ${variable}, or set it to ${url}.`,
    })
  }
  await rememberServer(ledger, { url, server_id })
  return row
}

async function whatKeyIs(url: string, key: string, { fetch }: Surroundings): Promise<KeyRow | undefined> {
  try {
    return await ownKey({ url, key }, { fetch }).get()
  } catch (error) {
    // The server knows it, but keeps no row of it.
    if (error instanceof Problem && error.code === 'not-found') return undefined
    throw error
  }
}
