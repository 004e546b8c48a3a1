/**
 * A list of which two threads take one place after another, whoever is free: neither waits for the other at the end.
 * The one that hands on may hold only so many batches that were not taken from it.
 */
export class SharedList {
  /** Handed to the other thread; it makes a list of the same from it. */
  readonly memory: SharedArrayBuffer
  readonly #numbers: Int32Array

  constructor(memory = new SharedArrayBuffer(8)) {
    this.memory = memory
    this.#numbers = new Int32Array(memory)
  }

  /** The next place that nobody has taken. */
  readonly next = (): number => Atomics.add(this.#numbers, NEXT, 1)

  /** Notes that a batch is handed on, and waits while too many are on their way. */
  handOn(): void {
    const waiting = Atomics.add(this.#numbers, WAITING, 1) + 1
    if (waiting > MOST_WAITING) Atomics.wait(this.#numbers, WAITING, waiting)
  }

  /** Notes that a batch has been taken. */
  taken(): void {
    Atomics.sub(this.#numbers, WAITING, 1)
    Atomics.notify(this.#numbers, WAITING)
  }
}

const NEXT = 0
const WAITING = 1
const MOST_WAITING = 6
