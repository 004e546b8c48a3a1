import type { Administration } from '../api/administration.ts'
import { parseKey } from '../api/key-text.ts'
import { Problem } from '../core/problem.ts'
import { readConfig } from './config.ts'
import type { Surroundings } from './surroundings.ts'

/** A server whose ledger lies on this machine, as far as a command needs to know it. */
export interface LocalServer {
  readonly url: string
  readonly server_id: string
  readonly key: string
}

/** Hands a key for the server of this machine to `run`; undefined where there is none. Given by `bin/`. */
export type WithLocalKey = <T>(run: (server: LocalServer) => Promise<T>) => Promise<T | undefined>

export interface AdministeredServer {
  readonly url: string
  readonly administration: Administration
  /** The id of a key that is there for this command only. */
  readonly passing_key?: string | undefined
}

/**
 * Lets an administrator's command run: with the key that is set, where that is an administrator's; else, on the
 * machine of the server itself, with one for as long as the command takes. Throws `forbidden` where there is neither.
 */
export async function asAdministrator<T>(
  surroundings: Surroundings,
  withLocalKey: WithLocalKey,
  run: (server: AdministeredServer) => Promise<T>,
): Promise<T> {
  const { server_url, api_key } = readConfig(surroundings)
  const { fetch } = surroundings
  const { administration } = await import('../api/administration.ts')
  if (server_url !== undefined && api_key !== undefined && mayAdministrate(api_key)) {
    return run({ url: server_url, administration: administration({ url: server_url, key: api_key }, { fetch }) })
  }
  const done = await withLocalKey(async ({ url, server_id, key }) => {
    const there = server_url ?? url
    await mustBeTheSame(there, server_id, surroundings)
    const passing_key = parseKey(key)?.id
    const server = { url: there, administration: administration({ url: there, key }, { fetch }), passing_key }
    return { result: await run(server) }
  })
  if (done !== undefined) return done.result
  throw new Problem('forbidden', 'This needs the key of an administrator.', { hint: WHAT_NOW })
}

const WHAT_NOW = [
  'In the dashboard, or on the server’s own machine, it works without.',
  'Once, with such a key: FORGE_API_KEY=KEY forge …',
].join('\n')

/** Keys that do not say what they are (an operator's own, or an old one) are an administrator's. */
function mayAdministrate(key: string): boolean {
  return (parseKey(key)?.kind ?? 'admin') === 'admin'
}

/** The ledger that lies here may be another server's than the one this machine belongs to. */
async function mustBeTheSame(url: string, server_id: string, { fetch }: Surroundings): Promise<void> {
  const { connect } = await import('../api/client.ts')
  const { server } = await connect({ url }, { fetch }).health()
  if (server === server_id) return
  throw new Problem('forbidden', `The server at ${url} is another one than that whose data lie on this machine.`, {
    hint: WHAT_NOW,
  })
}
