import type { NameId } from '../schema.ts'

/** Ids below this are ticked off in an array: 64 MB at most, 4 MB for a million names. */
const MOST_TICKED = 2 ** 24

/** For each id, when it was ticked off last. */
let ticks = new Uint32Array(2 ** 16)
let now = 0

/** A stretch of a list of ids. */
export interface Ids {
  readonly of: ArrayLike<NameId>
  readonly starts: number
  readonly ends: number
}

/** How many different ids there are in stretches, each of which has every id once. */
export function countDifferent(stretches: readonly Ids[]): number {
  const [first] = stretches
  if (first !== undefined && stretches.length === 1) return first.ends - first.starts
  now++
  let count = 0
  const large = new Set<NameId>()
  for (const { of, starts, ends } of stretches) {
    for (let i = starts; i < ends; i++) {
      const id = of[i] as NameId
      if (id >= MOST_TICKED) large.add(id)
      else {
        if (id >= ticks.length) grow(id)
        if (ticks[id] === now) continue
        ticks[id] = now
        count++
      }
    }
  }
  return count + large.size
}

function grow(id: NameId): void {
  const larger = new Uint32Array(2 ** Math.ceil(Math.log2(id + 1)))
  larger.set(ticks)
  ticks = larger
}
