import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, type Transaction } from 'kysely'
import { Problem } from '../core/problem.ts'
import { migrate, type MigrationList } from './migrate.ts'
import { ledgerMigrations } from './migrations/ledger.ts'
import { machineMigrations } from './migrations/machine.ts'
import { serverMigrations } from './migrations/server.ts'
import type { LedgerSchema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

export type Db = Kysely<LedgerSchema>
export type Tx = Transaction<LedgerSchema>

/** An open, migrated ledger. Close it before the process ends, so that its write-ahead log is folded in. */
export interface Ledger {
  readonly db: Db
  readonly path: string
  close(): Promise<void>
}

/**
 * Opens a machine's ledger, made if missing. A power cut may take its last commits, with the cursors in them: what they
 * held is read again from the transcripts.
 */
export function openMachineLedger(path: string): Promise<Ledger> {
  return openLedger(path, 'normal', [ledgerMigrations, machineMigrations])
}

/** Opens a server's ledger, made if missing. A commit is on disk when it returns: acknowledged means durable. */
export function openServerLedger(path: string): Promise<Ledger> {
  return openLedger(path, 'full', [ledgerMigrations, serverMigrations])
}

async function openLedger(
  path: string,
  durability: 'full' | 'normal',
  lists: readonly MigrationList[],
): Promise<Ledger> {
  if (path !== ':memory:') makeFolder(dirname(path))
  const { dialect, close } = sqliteDialect(path, durability)
  const db = new Kysely<LedgerSchema>({ dialect })
  try {
    await migrate(db, lists)
    if (path !== ':memory:') chmodSync(path, 0o600)
  } catch (error) {
    close()
    throw error
  }
  return {
    db,
    path,
    async close() {
      await db.destroy()
      close()
    },
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Problem('storage', `Cannot make the folder ${folder} (${(cause as Error).message}).`, {
      hint: 'Choose a folder that you may write to: --data or FORGE_DATA_DIR for a server, HOME for a machine.',
      cause,
    })
  }
}
