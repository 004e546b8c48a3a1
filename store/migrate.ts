import { type Kysely, sql, type Transaction } from 'kysely'
import { Problem } from '../core/problem.ts'
import { ddl, engineOf } from './engine.ts'
import type { LedgerSchema } from './schema.ts'

export interface Migration {
  readonly name: string
  up(db: Transaction<LedgerSchema>): Promise<void>
}

/** A list of migrations that moves on by itself: `ledger` on both sides, `machine` and `server` on one. */
export interface MigrationList {
  readonly list: string
  readonly migrations: readonly Migration[]
}

/**
 * Brings the lists up to date, all in one transaction. Lists only ever grow. Throws `storage` when the file was
 * written by a newer version, before anything is changed.
 */
export async function migrate(db: Kysely<LedgerSchema>, lists: readonly MigrationList[]): Promise<void> {
  // Most openings find nothing to do and should not wait for another process's write lock.
  const before = await appliedCounts(db)
  for (const { list, migrations } of lists) refuseNewer(list, before.get(list) ?? 0, migrations.length)
  if (lists.every(({ list, migrations }) => before.get(list) === migrations.length)) return
  await db.transaction().execute(async (tx) => {
    if (engineOf(tx) === 'postgres') await takeTurn(tx)
    await define(tx, ['create table if not exists migration (list text primary key, applied integer not null)'])
    const applied = await appliedCounts(tx)
    for (const { list, migrations } of lists) {
      for (const migration of migrations.slice(applied.get(list) ?? 0)) await migration.up(tx)
      await sql`
        insert into migration (list, applied) values (${list}, ${migrations.length})
        on conflict (list) do update set applied = excluded.applied
      `.execute(tx)
    }
  })
}

/** Makes and changes tables and indexes; what is written in it is said at {@link ddl}. */
export async function define(db: Kysely<LedgerSchema>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(ddl(statement, engineOf(db))).execute(db)
}

/** Of servers that start at once one migrates, and the others find it done. It may take longer than a request may. */
async function takeTurn(tx: Transaction<LedgerSchema>): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local lock_timeout = 0`.execute(tx)
  await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx)
}

const MIGRATION_LOCK = 0x666f726765

async function appliedCounts(db: Kysely<LedgerSchema>): Promise<Map<string, number>> {
  const exists =
    engineOf(db) === 'postgres'
      ? sql`select 1 where to_regclass('migration') is not null`
      : sql`select 1 from sqlite_master where type = 'table' and name = 'migration'`
  if ((await exists.execute(db)).rows.length === 0) return new Map()
  const { rows } = await sql<{ list: string; applied: number }>`select list, applied from migration`.execute(db)
  return new Map(rows.map((row) => [row.list, row.applied]))
}

function refuseNewer(list: string, applied: number, known: number): void {
  if (applied <= known) return
  throw new Problem(
    'storage',
    `This ledger was written by a newer version (its ${list} schema is ${applied}, this version knows ${known}).`,
    { hint: 'Update claudeforge. Nothing was changed.' },
  )
}
