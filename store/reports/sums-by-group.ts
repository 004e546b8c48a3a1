import type { Sums } from '../../core/usage-sums.ts'
import type { NameId } from '../schema.ts'
import type { DayParts } from './day-parts.ts'
import { ROW, sumsOf } from './day-sums.ts'

/** About 20 MB, with the rows that are made of them. */
const MOST_SUMS = 20_000

let remembered = new WeakMap<DayParts, ReadonlyMap<NameId, Sums>>()
let count = 0

/**
 * The sums of each group of a day, as reports have them. A year of days is thousands, which are the same in each answer
 * until the day changes: they are made once, and frozen.
 */
export function sumsByGroup(parts: DayParts): ReadonlyMap<NameId, Sums> {
  let sums = remembered.get(parts)
  if (sums !== undefined) return sums
  const { groups, ends } = parts
  sums = new Map(groups.map((group, i) => [group, Object.freeze(sumsAt(parts, i, ends[i - 1] ?? 0))]))
  if (count > MOST_SUMS) {
    remembered = new WeakMap()
    count = 0
  }
  count += groups.length
  remembered.set(parts, sums)
  return sums
}

function sumsAt({ sums, ends }: DayParts, group: number, start: number): Sums {
  return sumsOf(sums.subarray(group * ROW, (group + 1) * ROW), (ends[group] as number) - start)
}
