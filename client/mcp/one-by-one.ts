/**
 * Questions that come at once, answered one after another: each opens the ledger, and two that wrote to it would wait
 * for one another within one process.
 */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** What `run` returns, when its turn has come. */
  async take<T>(run: () => Promise<T>): Promise<T> {
    this.#waiting++
    const turn = this.#last.then(run)
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  /** Resolves when nothing waits any more, nor what was answered is still on its way. */
  async done(): Promise<void> {
    do {
      await this.#last
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.#waiting > 0)
  }
}
