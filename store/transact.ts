import { sql } from 'kysely'
import { CHANGES_CHANNEL } from './changes.ts'
import { engineOf } from './engine.ts'
import { oftenAsked } from './often-asked.ts'
import type { Db, Tx } from './open.ts'
import { isOutdatedPlan } from './planned-once.ts'
import type { OwnerId } from './schema.ts'
import { logOf } from './sqlite.ts'

/** So often a transaction is tried again that met another one. */
const MOST_TRIES = 5

/**
 * Runs changes to one owner's data, all or nothing. Those of one owner run one after another, also on several servers:
 * each first raises the version of the owner's data, whose row then is its own until it is committed. `run` is repeated
 * from its start when PostgreSQL asks for it, so it must change nothing but the database.
 */
export async function transact<T>(db: Db, owner: OwnerId, run: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(async (tx) => {
        await raiseDataVersion(tx, owner)
        return run(tx)
      })
    } catch (error) {
      if (tries >= MOST_TRIES || !metAnother(error)) throw error
    }
  }
}

/** A change that was made and is seen by all. That it is kept may be said once it is on disk. */
export interface Made<T> {
  readonly value: T
  readonly onDisk: Promise<void>
}

/** Runs changes as {@link transact} does, and does not wait for the disk where others can go on meanwhile. */
export async function transactAhead<T>(db: Db, owner: OwnerId, run: (tx: Tx) => Promise<T>): Promise<Made<T>> {
  const log = logOf(db)
  if (log === undefined) return { value: await transact(db, owner, run), onDisk: Promise.resolve() }
  const value = await db.connection().execute((one) => log.relaxed(() => transact(one, owner, run)))
  return { value, onDisk: log.flush() }
}

/** Runs changes as {@link transact} does, and takes all of them back: what they would come to. */
export async function rehearse<T>(db: Db, owner: OwnerId, run: (tx: Tx) => Promise<T>): Promise<T> {
  const done: T[] = []
  const end = new Error('only rehearsed')
  try {
    await transact(db, owner, async (tx) => {
      done.push(await run(tx))
      throw end
    })
  } catch (error) {
    if (error !== end) throw error
  }
  return done.at(-1) as T
}

async function raiseDataVersion(tx: Tx, owner: OwnerId): Promise<void> {
  const raise = (db: Pick<Tx, 'insertInto'>) =>
    db
      .insertInto('data_version')
      .values({ owner, version: 1 })
      .onConflict((conflict) => conflict.column('owner').doUpdateSet({ version: sql`data_version.version + 1` }))
  if (engineOf(tx) === 'sqlite') return void (await raise(tx).execute())
  // With the commit, whoever listens hears of it: changes.ts.
  const notify = sql`pg_notify(${CHANGES_CHANNEL}, raised.owner::text)`.as('notified')
  await tx
    .with('raised', (db) => raise(db).returning('data_version.owner'))
    .selectFrom('raised')
    .select(notify)
    .execute()
}

/** A number that has changed if anything of an owner's data has, as far as it is changed by {@link transact}. */
export async function dataVersion(db: Db | Tx, owner: OwnerId): Promise<number> {
  return (await versionRow(db, owner))?.version ?? 0
}

const versionRow = oftenAsked((db, owner: OwnerId) =>
  db.selectFrom('data_version').select('version').where('owner', '=', owner),
)

/** Serialization failure, deadlock, a migration: nothing is wrong, and the whole transaction may simply run again. */
function metAnother(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '40001' || code === '40P01' || isOutdatedPlan(error)
}
