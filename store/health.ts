import { sql } from 'kysely'
import type { Db } from './open.ts'
import { hasSafeWal } from './sqlite.ts'

/** How a machine's ledger is. */
export interface LedgerHealth {
  readonly sqlite_version: string
  /** False where this SQLite has no write-ahead log that is safe, so that a slower journal is used. */
  readonly has_safe_wal: boolean
  /** What SQLite found wrong in the file; undefined for a whole one. */
  readonly damage: string | undefined
}

export async function ledgerHealth(db: Db): Promise<LedgerHealth> {
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  const checked = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db)
  const sqlite_version = rows[0]?.version ?? ''
  const found = checked.rows[0]?.quick_check
  return { sqlite_version, has_safe_wal: hasSafeWal(sqlite_version), damage: found === 'ok' ? undefined : found }
}
