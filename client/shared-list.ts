/**
 * A list of which two threads take one place after another, whoever is free: neither waits for the other at the end. It
 * may still grow while it is read. The one that hands on may hold only so many batches that were not taken from it.
 */
export class SharedList {
  /** Handed to the other thread; it makes a list of the same from it. */
  readonly memory: SharedArrayBuffer
  readonly #numbers: Int32Array

  constructor(memory = new SharedArrayBuffer(12)) {
    this.memory = memory
    this.#numbers = new Int32Array(memory)
  }

  /** Notes that the list has become longer. */
  grow(by: number): void {
    Atomics.add(this.#numbers, LENGTH, by)
    Atomics.notify(this.#numbers, LENGTH)
  }

  /** Notes that the list will not become longer. */
  end(): void {
    Atomics.or(this.#numbers, LENGTH, ENDED)
    Atomics.notify(this.#numbers, LENGTH)
  }

  /** The next place that nobody has taken: waits until the list is that long, or has ended before it. */
  readonly next = (): number => {
    const place = Atomics.add(this.#numbers, NEXT, 1)
    let length = Atomics.load(this.#numbers, LENGTH)
    while (length <= place && (length & ENDED) === 0) {
      Atomics.wait(this.#numbers, LENGTH, length)
      length = Atomics.load(this.#numbers, LENGTH)
    }
    return place
  }

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
const LENGTH = 2
/** Added to a length that is the last. */
const ENDED = 2 ** 30
const MOST_WAITING = 6
