import type { KeyRow } from '../../api/keys.ts'
import { Problem } from '../../core/problem.ts'
import { configuredServer } from '../answer-from.ts'
import type { Config } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a server says of itself, and of the key of this machine. */
export type ServerStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'reached'; readonly version: string; readonly ms: number; readonly key: KeyRow | undefined }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** People wait for it. */
const TIMEOUT_MS = 4_000

export async function serverStatus(config: Config, surroundings: Surroundings): Promise<ServerStatus> {
  try {
    const target = await configuredServer(config, surroundings, { timeout_ms: TIMEOUT_MS })
    if (target === undefined) return { kind: 'none' }
    const started = surroundings.now()
    const { version } = await target.server.health()
    const ms = surroundings.now() - started
    return { kind: 'reached', version, ms, key: await ownKey(target.server) }
  } catch (problem) {
    if (problem instanceof Problem) return { kind: 'failed', problem }
    throw problem
  }
}

/** A key that the operator set in the server's environment is no row; it may do everything. */
async function ownKey(server: { ownKey(): Promise<KeyRow> }): Promise<KeyRow | undefined> {
  try {
    return await server.ownKey()
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return undefined
    throw error
  }
}
