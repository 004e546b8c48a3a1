import { sql } from 'kysely'
import { engineOf } from './engine.ts'
import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'

/** So often a transaction is tried again that met another one. */
const MOST_TRIES = 5

/**
 * Runs changes to one owner's data, all or nothing. Those of one owner run one after another, also on several servers:
 * SQLite has one write lock, PostgreSQL an advisory lock for each owner. `run` is repeated from its start when
 * PostgreSQL asks for it, so it must change nothing but the database.
 */
export async function transact<T>(db: Db, owner: OwnerId, run: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(async (tx) => {
        if (engineOf(tx) === 'postgres') {
          await sql`select pg_advisory_xact_lock(${sql.lit(OWNER_LOCK)}, ${sql.lit(owner)})`.execute(tx)
        }
        return run(tx)
      })
    } catch (error) {
      if (tries >= MOST_TRIES || !metAnother(error)) throw error
    }
  }
}

/** The first half of the key of these locks, so that they meet no other program's. */
const OWNER_LOCK = 0x466f7267

/** Serialization failure, deadlock: nothing is wrong, and the whole transaction may simply run again. */
function metAnother(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '40001' || code === '40P01'
}
