import type { UsageEvent } from '../core/usage-event.ts'
import { wasKnown } from './event-index.ts'
import { type Recorded, recordEach } from './ledger.ts'
import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'
import { transactAhead } from './transact.ts'

/** So many batches at most share a transaction, so that none waits long for its commit. */
const MOST_TOGETHER = 8

/** From so many events on, it matters whether they are looked up before they are put in. */
const MANY = 256

/** Events to record, with what else has to change in their transaction. It may be tried twice. */
export interface Batch<T> {
  readonly events: readonly UsageEvent[]
  /** Throws where the batch is not to be recorded. */
  before(tx: Tx): Promise<void>
  /** What comes of it. */
  after(tx: Tx, recorded: Recorded): Promise<T>
}

interface Waiting {
  readonly batch: Batch<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches of one owner, which take turns, as with {@link transact}; those that wait at the same time share a transaction
 * and are recorded together, since a commit costs as much as a thousand events, and so do all the statements beside
 * those of the events. Where one fails, each is tried alone, so that it takes none of the others with it.
 */
export class Turns {
  readonly #db: Db
  readonly #owner: OwnerId
  #waiting: Waiting[] = []
  /** Whether the last ones, and they were many, were all new: those of a first sync all are. */
  #areNew = false
  #isRunning = false

  constructor(db: Db, owner: OwnerId) {
    this.#db = db
    this.#owner = owner
  }

  /** What comes of a batch, once it is committed. */
  take<T>(batch: Batch<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      if (this.#isRunning) return
      this.#isRunning = true
      // After whatever else has arrived by now.
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, MOST_TOGETHER)
      if (together.length === 1 || !(await this.#commit(together).catch(() => false))) {
        for (const each of together) await this.#commit([each]).catch(each.reject)
      }
      // Requests that have arrived meanwhile are read, and come along.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#isRunning = false
  }

  /** All in one transaction, or nothing of any. */
  async #commit(together: readonly Waiting[]): Promise<boolean> {
    const count = together.reduce((sum, { batch }) => sum + batch.events.length, 0)
    const believedNew = this.#areNew && count >= MANY
    const { outcomes, recorded, onDisk } = await this.#record(together, believedNew).catch((error: unknown) => {
      if (!believedNew || !wasKnown(error)) throw error
      return this.#record(together, false)
    })
    if (count >= MANY) this.#areNew = recorded.every(({ grown, unchanged }) => grown + unchanged === 0)
    // The next ones need not wait for it.
    void onDisk.then(
      () => together.forEach(({ resolve }, i) => resolve(outcomes[i] as never)),
      (error: unknown) => together.forEach(({ reject }) => reject(error)),
    )
    return true
  }

  async #record(together: readonly Waiting[], believedNew: boolean): Promise<Outcome> {
    const { value, onDisk } = await transactAhead(this.#db, this.#owner, async (tx) => {
      for (const { batch } of together) await batch.before(tx)
      const lists = together.map(({ batch }) => batch.events)
      const recorded = await recordEach(tx, this.#owner, lists, { believedNew })
      const outcomes: unknown[] = []
      for (const [i, { batch }] of together.entries()) outcomes.push(await batch.after(tx, recorded[i] as Recorded))
      return { outcomes, recorded }
    })
    return { ...value, onDisk }
  }
}

interface Outcome {
  readonly outcomes: readonly unknown[]
  readonly recorded: readonly Recorded[]
  readonly onDisk: Promise<void>
}
