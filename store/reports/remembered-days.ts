import type { Day } from '../../core/day.ts'
import { DAY_COLUMNS, type DayUsage } from './day-usage.ts'
import type { Filter } from './filter.ts'
import { dayKey } from './kept-days.ts'
import type { VersionedDay } from './versioned-days.ts'

type Remembered = VersionedDay & { readonly usage: DayUsage }
type View = Map<string, Remembered>

/** About 100 MB. */
const MOST_NUMBERS = 12_000_000
/** Besides those of its parts. */
const NUMBERS_OF_A_DAY = 200

/** Days in memory, as filters let them through. Too many of them are forgotten. */
export class RememberedDays {
  /** By filter, the last used one last; then by where a day begins and ends. */
  readonly #views = new Map<string, View>()
  readonly #most: number
  #numbers = 0

  /** @param most so many numbers of sums and sessions are remembered, and one day at least */
  constructor(most = MOST_NUMBERS) {
    this.#most = most
  }

  find({ span, version }: VersionedDay, { key }: Filter): DayUsage | undefined {
    const known = this.#views.get(key)?.get(dayKey(span))
    return known?.version === version ? known.usage : undefined
  }

  /** A filter is asked for: others will be forgotten before it. */
  use({ key }: Filter): void {
    const view = this.#views.get(key)
    if (view === undefined) return
    this.#views.delete(key)
    this.#views.set(key, view)
  }

  remember(day: Remembered, { key }: Filter): void {
    let view = this.#views.get(key)
    if (view === undefined) this.#views.set(key, (view = new Map<string, Remembered>()))
    this.#forget(view, dayKey(day.span))
    view.set(dayKey(day.span), day)
    this.#numbers += numbersIn(day.usage)
    while (this.#numbers > this.#most && (this.#views.size > 1 || view.size > 1)) this.#forgetSome(view)
  }

  /** The dates that are remembered, in order. */
  get dates(): Day[] {
    return [...this.#views.values()].flatMap((days) => [...days.values()].map(({ span }) => span.label)).toSorted()
  }

  /**
   * The filter that was not asked for the longest goes first; then the oldest days: most questions are about the last
   * ones, which a year that does not fit would otherwise push out each time.
   */
  #forgetSome(present: View): void {
    for (const [key, view] of this.#views) {
      if (view === present) continue
      for (const day of view.keys()) this.#forget(view, day)
      this.#views.delete(key)
      return
    }
    let oldest: [key: string, starts: number] | undefined
    for (const [key, { span }] of present) {
      if (oldest === undefined || span.starts < oldest[1]) oldest = [key, span.starts]
    }
    if (oldest !== undefined) this.#forget(present, oldest[0])
  }

  #forget(view: View, key: string): void {
    const day = view.get(key)
    if (day === undefined) return
    view.delete(key)
    this.#numbers -= numbersIn(day.usage)
  }
}

function numbersIn({ parts }: DayUsage): number {
  let sum = NUMBERS_OF_A_DAY
  for (const column of DAY_COLUMNS) sum += parts[column].sums.length + parts[column].sessions.length
  return sum
}
