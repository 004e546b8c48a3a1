import { sql } from 'kysely'
import { Problem } from '../core/problem.ts'
import { engineOf } from './engine.ts'
import type { Db } from './open.ts'

/** Bytes that a ledger takes: of the file without its log, or of the whole database. */
export async function ledgerBytes(db: Db): Promise<number> {
  const { rows } =
    engineOf(db) === 'postgres'
      ? await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
      : await sql<{ bytes: number }>`
          select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}

/**
 * Writes a whole, consistent copy of a SQLite ledger to a path where nothing is yet, while it is used. Throws
 * `invalid-request` on PostgreSQL, whose own tools do that better.
 */
export async function copyLedger(db: Db, path: string): Promise<void> {
  if (engineOf(db) === 'postgres') {
    throw new Problem('invalid-request', 'A PostgreSQL database is not copied by its client.', {
      hint: 'On its server: pg_dump. Everything in it as text: forge export',
    })
  }
  await sql`vacuum into ${path}`.execute(db)
}
