import { backup, DatabaseSync } from 'node:sqlite'
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
 * Writes a whole, consistent copy of a SQLite ledger to a path where nothing is yet, on a thread of its own, while it
 * is read and written. Throws `invalid-request` on PostgreSQL, whose own tools do that better, and `storage` when it
 * cannot be written.
 */
export async function copyLedger(db: Db, path: string): Promise<void> {
  if (engineOf(db) === 'postgres') {
    throw new Problem('invalid-request', 'A PostgreSQL database is not copied by its client.', {
      hint: 'On its server: pg_dump. Everything in it as text: forge export',
    })
  }
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(db)
  // A connection of its own, since the server's goes on writing; and all pages in one step, since a copy in several
  // begins again at each write of another connection.
  const source = new DatabaseSync(rows[0]?.file ?? '', { readOnly: true, timeout: 10_000 })
  try {
    await backup(source, path, { rate: ALL_PAGES })
  } catch (cause) {
    throw new Problem('storage', `The ledger could not be copied to ${path} (${String(cause)}).`, {
      hint: 'Check that the folder for temporary files has room for all of it.',
      cause,
    })
  } finally {
    source.close()
  }
}

const ALL_PAGES = 2 ** 31 - 1
