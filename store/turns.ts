import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'
import { transact } from './transact.ts'

/** So many changes at most share a transaction, so that none waits long for its commit. */
const MOST_TOGETHER = 8

interface Waiting {
  readonly run: (tx: Tx) => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Changes to one owner's data that take turns, as with {@link transact}; those that wait at the same time share a
 * transaction, since a commit costs as much as a thousand events. Where one fails, each is tried alone, so that it
 * takes none of the others with it; `run` may therefore run twice.
 */
export class Turns {
  readonly #db: Db
  readonly #owner: OwnerId
  #waiting: Waiting[] = []
  #isRunning = false

  constructor(db: Db, owner: OwnerId) {
    this.#db = db
    this.#owner = owner
  }

  /** What `run` returns, once it is committed. */
  take<T>(run: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ run, resolve, reject })
      if (this.#isRunning) return
      this.#isRunning = true
      // After whatever else has arrived by now.
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, MOST_TOGETHER)
      if (together.length === 1 || !(await this.#commit(together))) {
        for (const each of together) await this.#alone(each)
      }
      // Requests that have arrived meanwhile are read, and come along.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#isRunning = false
  }

  /** All in one transaction; false where one of them failed, and nothing was done. */
  async #commit(together: readonly Waiting[]): Promise<boolean> {
    try {
      const results = await transact(this.#db, this.#owner, async (tx) => {
        const values: unknown[] = []
        for (const { run } of together) values.push(await run(tx))
        return values
      })
      for (const [i, { resolve }] of together.entries()) resolve(results[i] as never)
      return true
    } catch {
      return false
    }
  }

  async #alone({ run, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve((await transact(this.#db, this.#owner, run)) as never)
    } catch (error) {
      reject(error)
    }
  }
}
