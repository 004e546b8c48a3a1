import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Dialect, Kysely, type Transaction } from 'kysely'
import type { Pool } from 'pg'
import { isPostgresUrl, shownDatabase } from './database-url.ts'
import { Problem } from '../core/problem.ts'
import type { Engine } from './engine.ts'
import { migrate, type MigrationList } from './migrate.ts'
import { ledgerMigrations } from './migrations/ledger.ts'
import { machineMigrations } from './migrations/machine.ts'
import { serverMigrations } from './migrations/server.ts'
import type { LedgerSchema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'
import { storageFault } from './storage-fault.ts'

export type Db = Kysely<LedgerSchema>
export type Tx = Transaction<LedgerSchema>

/** An open, migrated ledger. Close it before the process ends, so that its write-ahead log is folded in. */
export interface Ledger {
  readonly db: Db
  readonly engine: Engine
  /** The file, or the database without its password: to be shown. */
  readonly path: string
  /** The connections to PostgreSQL, for what servers share there; undefined for a file. */
  readonly pool?: Pool
  close(): Promise<void>
}

/**
 * Opens a machine's ledger, made if missing. A power cut may take its last commits, with the cursors in them: what they
 * held is read again from the transcripts.
 */
export function openMachineLedger(path: string): Promise<Ledger> {
  return openSqliteLedger(path, 'normal', [ledgerMigrations, machineMigrations])
}

/**
 * Opens a server's ledger, made if missing: the file at a path, or the PostgreSQL database at a `postgres://` URL. A
 * commit is on disk when it returns: acknowledged means durable.
 */
export function openServerLedger(address: string): Promise<Ledger> {
  const lists = [ledgerMigrations, serverMigrations]
  return isPostgresUrl(address) ? openPostgresLedger(address, lists) : openSqliteLedger(address, 'full', lists)
}

async function openSqliteLedger(
  path: string,
  durability: 'full' | 'normal',
  lists: readonly MigrationList[],
): Promise<Ledger> {
  if (path !== ':memory:') makeFolder(dirname(path))
  const ledger = await migrated({ ...sqliteDialect(path, durability), engine: 'sqlite', path }, lists)
  if (path !== ':memory:') chmodSync(path, 0o600)
  return ledger
}

async function openPostgresLedger(url: string, lists: readonly MigrationList[]): Promise<Ledger> {
  // Loaded where it is used: a machine never needs it.
  const { postgresDialect } = await import('./postgres.ts')
  return migrated({ ...(await postgresDialect(url)), engine: 'postgres', path: shownDatabase(url) }, lists)
}

interface Opened extends Omit<Ledger, 'db' | 'close'> {
  readonly dialect: Dialect
  close(): void | Promise<void>
}

async function migrated({ dialect, close, ...opened }: Opened, lists: readonly MigrationList[]): Promise<Ledger> {
  const db = new Kysely<LedgerSchema>({ dialect })
  try {
    await migrate(db, lists)
  } catch (error) {
    await close()
    throw migratingProblem(error, opened.path)
  }
  return {
    db,
    ...opened,
    async close() {
      await db.destroy()
      await close()
    },
  }
}

function migratingProblem(error: unknown, path: string): unknown {
  const fault = storageFault(error)
  if (fault !== 'forbidden' && fault !== 'read-only') return error
  return new Problem(
    'storage',
    `The user of ${path} may not make or change its tables (${(error as Error).message}).`,
    {
      hint: 'Give the database to that user: alter database NAME owner to USER. Nothing was changed.',
      cause: error,
    },
  )
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
