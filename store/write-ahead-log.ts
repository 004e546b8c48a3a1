import { closeSync, fdatasync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'

/**
 * The file to which SQLite writes commits first. With `synchronous = full` SQLite waits for the disk in each commit, and
 * the whole process with it. Where many change a ledger at once, it is waited for here instead, while the next
 * transaction is under way: a commit of {@link relaxed} is seen by all, and is on disk once {@link flush} says so.
 */
export class WriteAheadLog {
  readonly #database: DatabaseSync
  readonly #path: string
  #file: number | undefined
  #underway: Promise<unknown> = Promise.resolve()
  #next: Promise<void> | undefined
  #hasFailed = false
  /** Waits for the disk. */
  sync: (file: number) => Promise<void> = promisify(fdatasync)

  /** Of a database at a path whose journal it is. */
  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  /** Runs a transaction whose commit does not wait for the disk. Nothing else may use the connection meanwhile. */
  async relaxed<T>(run: () => Promise<T>): Promise<T> {
    // By `exec`: a prepared pragma takes effect when it is prepared, and then never again.
    this.#database.exec('pragma synchronous = normal')
    try {
      return await run()
    } finally {
      this.#database.exec('pragma synchronous = full')
    }
  }

  /** Resolves when all that is committed by now is on disk. */
  flush(): Promise<void> {
    if (this.#next === undefined) {
      this.#next = this.#underway.then(() => {
        this.#next = undefined
        return this.#wait()
      })
      this.#underway = this.#next.catch(() => undefined)
    }
    return this.#next
  }

  /**
   * After a disk that failed, what was written before may be missing, and all that comes behind it would be lost with
   * it. So nothing is done until the whole log is in the database, and that on disk. Throws while it cannot be.
   */
  mend(): void {
    if (!this.#hasFailed || this.#database.isTransaction) return
    const folded = this.#database.prepare('pragma wal_checkpoint(truncate)').get()
    if (folded?.['busy'] !== 0) throw fault('The log of the database cannot be folded in.', BUSY)
    this.#hasFailed = false
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  async #wait(): Promise<void> {
    try {
      await this.sync((this.#file ??= openSync(`${this.#path}-wal`, 'r+')))
    } catch (cause) {
      this.#hasFailed = true
      const { code, message } = cause as { code?: unknown; message: string }
      throw fault(`The disk did not take what was committed (${message}).`, code === 'ENOSPC' ? FULL : IO_ERROR, cause)
    }
  }
}

/** https://sqlite.org/rescode.html */
const BUSY = 5
const IO_ERROR = 10
const FULL = 13

/** As SQLite itself says it. */
function fault(message: string, errcode: number, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { errcode })
}
