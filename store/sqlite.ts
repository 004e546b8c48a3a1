import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Dialect, type Kysely, SqliteAdapter, SqliteDialect, type SqliteDialectConfig } from 'kysely'
import { Problem } from '../core/problem.ts'
import { forget } from './memory.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

/** Before 3.51.3 two connections that write and checkpoint at once can lose commits (sqlite.org/wal.html#walresetbug). */
const OLDEST_SAFE_WAL = [3, 51, 3]
/** Older lines that carry the same fix. */
const PATCHED_LINES = [
  [3, 50, 7],
  [3, 44, 6],
]

/** A dialect on the SQLite file at `path`, or in memory for `:memory:`. */
export function sqliteDialect(path: string, durability: 'full' | 'normal'): { dialect: Dialect; close(): void } {
  const database = openDatabase(path, durability)
  const log = durability === 'full' && isWriteAhead(database) ? new WriteAheadLog(database, path) : undefined
  const statements = new Map<string, ReturnType<typeof kyselyStatement>>()
  const prepared = (sql: string) => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = kyselyStatement(database.prepare(sql))
    // A ledger's statements are few. Texts that vary with a list's length would grow the map without end.
    if (statements.size < 200) statements.set(sql, statement)
    return statement
  }
  const adapter = new LedgerAdapter(log)
  const dialect = new LedgerDialect(adapter, {
    database: {
      // Kysely opens a transaction with a plain `begin`, which takes the write lock only at the first write, too late
      // to wait for it: another process may have written since the first read.
      prepare(sql) {
        log?.mend()
        if (sql === 'rollback') forget(adapter)
        return prepared(sql === 'begin' ? 'begin immediate' : sql)
      },
      close: () => undefined,
    },
  })
  const close = () => {
    log?.close()
    if (database.isOpen) database.close()
  }
  return { dialect, close }
}

/** Where several changes at once need not wait for the disk one by one: its log. */
export function logOf(db: Pick<Kysely<never>, 'getExecutor'>): WriteAheadLog | undefined {
  const { adapter } = db.getExecutor()
  return adapter instanceof LedgerAdapter ? adapter.log : undefined
}

class LedgerAdapter extends SqliteAdapter {
  readonly log: WriteAheadLog | undefined

  constructor(log: WriteAheadLog | undefined) {
    super()
    this.log = log
  }
}

/** With an adapter that is known: what is remembered of a ledger hangs on it. */
class LedgerDialect extends SqliteDialect {
  readonly #adapter: SqliteAdapter

  constructor(adapter: SqliteAdapter, config: SqliteDialectConfig) {
    super(config)
    this.#adapter = adapter
  }

  override createAdapter(): SqliteAdapter {
    return this.#adapter
  }
}

function kyselyStatement(statement: StatementSync) {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)) as IterableIterator<never>,
  }
}

/** So long others are waited for. */
const PATIENCE_MS = 10_000

function openDatabase(path: string, durability: 'full' | 'normal'): DatabaseSync {
  const isNew = path !== ':memory:' && !existsSync(path)
  let database: DatabaseSync | undefined
  try {
    // SQLite gives its log and index files the rights of the database, so those have to be right from the first.
    if (isNew) closeSync(openSync(path, 'a', 0o600))
    database = new DatabaseSync(path, { timeout: PATIENCE_MS })
    if (isNew) database.exec('pragma page_size = 8192')
    setJournal(database, path)
    database.exec(`pragma synchronous = ${durability}`)
    database.exec('pragma wal_autocheckpoint = 4000')
    database.exec('pragma journal_size_limit = 67108864')
    database.exec('pragma cache_size = -32768')
    database.exec('pragma temp_store = memory')
    return database
  } catch (cause) {
    database?.close()
    if (cause instanceof Problem) throw cause
    throw openingProblem(path, cause)
  }
}

function openingProblem(path: string, cause: unknown): Problem {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/not a database|malformed/.test(message)) {
    return new Problem('storage', `${path} is not a readable SQLite database (${message}).`, {
      hint: 'Move it aside; a new one is made from the transcripts and the server at the next run.',
      cause,
    })
  }
  return new Problem('storage', `Cannot open ${path} (${message}).`, {
    hint: 'Check that its folder exists, belongs to you and has free space.',
    cause,
  })
}

/** A write-ahead log where this SQLite keeps it safely; else a rollback journal, which is slower and has no such bug. */
function setJournal(database: DatabaseSync, path: string): void {
  const version = sqliteVersion(database)
  if (hasSafeWal(version)) {
    writeAhead(database)
    return
  }
  const mode = database.prepare('pragma journal_mode = delete').get()?.['journal_mode']
  if (mode === 'delete' || mode === 'memory') return
  throw new Problem('storage', `${path} is in use, and SQLite ${version} of this Node cannot share it safely.`, {
    hint: 'Try again when nothing else uses it, or install Node 24.15 or newer.',
  })
}

/** SQLITE_BUSY of https://sqlite.org/rescode.html */
const BUSY = 5
const PAUSE_MS = 20

/** Of a new file to which another has just begun to write, SQLite refuses this at once, whatever its patience is otherwise. */
function writeAhead(database: DatabaseSync): void {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (waited >= PATIENCE_MS || (error as { errcode?: unknown }).errcode !== BUSY) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

function isWriteAhead(database: DatabaseSync): boolean {
  return database.prepare('pragma journal_mode').get()?.['journal_mode'] === 'wal'
}

function sqliteVersion(database: DatabaseSync): string {
  return String(database.prepare('select sqlite_version() as version').get()?.['version'])
}

/** Is this SQLite, such as `3.53.4`, without the WAL-reset bug? */
export function hasSafeWal(version: string): boolean {
  const parts = version.split('.').map(Number)
  return (
    isAtLeast(parts, OLDEST_SAFE_WAL) || PATCHED_LINES.some((line) => parts[1] === line[1] && isAtLeast(parts, line))
  )
}

function isAtLeast(parts: readonly number[], wanted: readonly number[]): boolean {
  for (const [i, want] of wanted.entries()) {
    const part = parts[i] ?? 0
    if (part !== want) return part > want
  }
  return true
}
