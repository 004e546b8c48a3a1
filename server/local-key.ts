import { existsSync } from 'node:fs'
import { isPostgresUrl } from '../store/database-url.ts'
import { openServerLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { transact } from '../store/transact.ts'
import { serverConfig, type ServerFlags } from './config.ts'
import { makeKey } from './keys/make-key.ts'
import { serverId } from './server-id.ts'
import type { ServerSurroundings } from './serve.ts'
import { localUrl } from './start-text.ts'

/** A server whose ledger lies on this machine, and an administrator's key for it. */
export interface LocalServer {
  /** Where it listens, if it runs. */
  readonly url: string
  readonly server_id: string
  readonly key: string
}

const LASTS_MS = 10 * 60_000

/**
 * Who may open a server's ledger may do everything with it anyway: for as long as `run` takes, they get a key for it.
 * Undefined where no ledger of a server is at hand.
 */
export async function withLocalKey<T>(
  flags: ServerFlags,
  surroundings: Pick<ServerSurroundings, 'env' | 'home' | 'randomBytes' | 'now'>,
  run: (server: LocalServer) => Promise<T>,
): Promise<T | undefined> {
  const { database, host, port } = serverConfig(flags, surroundings)
  if (!isPostgresUrl(database) && !existsSync(database)) return undefined
  const { randomBytes, now } = surroundings
  const ledger = await openServerLedger(database)
  try {
    const server_id = await serverId(ledger.db, randomBytes)
    const wanted = {
      kind: 'admin',
      owner: ONLY_OWNER,
      label: 'on the server’s machine',
      expires_at: now() + LASTS_MS,
    } as const
    const { key, stored } = await transact(ledger.db, ONLY_OWNER, (tx) =>
      makeKey(tx, wanted, { randomBytes, now: now() }),
    )
    try {
      return await run({ url: localUrl(host, port), server_id, key })
    } finally {
      await ledger.db.deleteFrom('api_key').where('id', '=', stored.id).execute()
    }
  } finally {
    await ledger.close()
  }
}
