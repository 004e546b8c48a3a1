import { type Kysely, sql, type Transaction } from 'kysely'
import { Problem } from '../core/problem.ts'
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
    await sql`create table if not exists migration (list text primary key, applied integer not null)`.execute(tx)
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

async function appliedCounts(db: Kysely<LedgerSchema>): Promise<Map<string, number>> {
  const exists = await sql`select 1 from sqlite_master where type = 'table' and name = 'migration'`.execute(db)
  if (exists.rows.length === 0) return new Map()
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
