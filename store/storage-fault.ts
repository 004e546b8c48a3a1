/** Why an engine could not do what it was asked to: what a person, or time, can change. */
export type StorageFault = 'busy' | 'full' | 'broken disk' | 'read-only'

/** Primary result codes of SQLite. Extended ones carry them in their lowest byte. */
const FAULTS: ReadonlyMap<number, StorageFault> = new Map([
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [8, 'read-only'], // SQLITE_READONLY
  [10, 'broken disk'], // SQLITE_IOERR
  [13, 'full'], // SQLITE_FULL
])

/** The fault behind an error of the engine; undefined for any other error. The transaction was rolled back. */
export function storageFault(error: unknown): StorageFault | undefined {
  const errcode = error instanceof Error ? (error as { errcode?: unknown }).errcode : undefined
  return typeof errcode === 'number' ? FAULTS.get(errcode & 0xff) : undefined
}
