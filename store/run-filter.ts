/**
 * Which runs of events may hold a key, without looking: sixteen Bloom filters of a million bits, side by side, so that
 * one look at a bit asks all of them. It never misses; with a full run (65,536 keys) it is wrong once in two thousand.
 */

/** Runs that share a filter. */
export const RUNS_PER_FILTER = 16

const POSITIONS = 2 ** 20
const LOOKS = 8

export class RunFilter {
  /** A bit for each run at each position. */
  readonly #columns: Uint16Array

  constructor(bytes?: Uint8Array) {
    this.#columns = bytes === undefined ? new Uint16Array(POSITIONS) : new Uint16Array(bytes.slice().buffer)
  }

  /** As it is stored. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#columns.buffer)
  }

  /** Notes a key of a run, 0 to 15. */
  add(key: number, run: number): void {
    const step = stepOf(key)
    for (let i = 0, at = startOf(key); i < LOOKS; i++, at = (at + step) % POSITIONS) {
      this.#columns[at] = (this.#columns[at] as number) | (1 << run)
    }
  }

  /** The runs that may hold a key, a bit for each. */
  runsOf(key: number): number {
    const step = stepOf(key)
    let runs = 0xffff
    for (let i = 0, at = startOf(key); i < LOOKS && runs !== 0; i++, at = (at + step) % POSITIONS) {
      runs &= this.#columns[at] as number
    }
    return runs
  }
}

function startOf(key: number): number {
  return key % POSITIONS
}

/** Odd, so that no position comes twice. */
function stepOf(key: number): number {
  return (Math.floor(key / POSITIONS) % POSITIONS) | 1
}
