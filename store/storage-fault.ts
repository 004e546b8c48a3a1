/** Why an engine could not do what it was asked to: what a person, or time, can change. */
export type StorageFault = 'busy' | 'away' | 'full' | 'broken disk' | 'read-only' | 'forbidden'

/** Primary result codes of SQLite. Extended ones carry them in their lowest byte. */
const SQLITE_FAULTS: ReadonlyMap<number, StorageFault> = new Map([
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [8, 'read-only'], // SQLITE_READONLY
  [10, 'broken disk'], // SQLITE_IOERR
  [13, 'full'], // SQLITE_FULL
])

/** SQLSTATEs of PostgreSQL, or their class. */
const POSTGRES_FAULTS: ReadonlyMap<string, StorageFault> = new Map([
  ['08', 'away'], // connection exception
  ['25006', 'read-only'], // read_only_sql_transaction
  ['28', 'forbidden'], // invalid authorization
  ['40001', 'busy'], // serialization_failure, after all tries
  ['40P01', 'busy'], // deadlock_detected, after all tries
  ['42501', 'forbidden'], // insufficient_privilege
  ['53', 'busy'], // out of memory, too many connections
  ['53100', 'full'], // disk_full
  ['55P03', 'busy'], // lock_not_available
  ['57014', 'busy'], // query_canceled: statement_timeout
  ['57P', 'away'], // shut down, crashed, or starting
  ['58030', 'broken disk'], // io_error
])

/** What Node says of a connection that could not be had, or broke. */
const NETWORK_FAULTS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])

/** pg says these without a code. */
const CONNECTION_LOST =
  /^Connection terminated|timeout exceeded when trying to connect|^Client has encountered a connection error/

/** The fault behind an error of the engine; undefined for any other error. The transaction was rolled back. */
export function storageFault(error: unknown): StorageFault | undefined {
  if (!(error instanceof Error)) return undefined
  const { errcode, code, severity } = error as { errcode?: unknown; code?: unknown; severity?: unknown }
  if (typeof errcode === 'number') return SQLITE_FAULTS.get(errcode & 0xff)
  if (typeof severity === 'string' && typeof code === 'string') {
    return [code, code.slice(0, 3), code.slice(0, 2)].map((key) => POSTGRES_FAULTS.get(key)).find(Boolean)
  }
  const isConnection = (error as { syscall?: unknown }).syscall !== 'open' && NETWORK_FAULTS.has(String(code))
  return isConnection || CONNECTION_LOST.test(error.message) ? 'away' : undefined
}
