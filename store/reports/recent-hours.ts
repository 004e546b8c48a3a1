import type { Span } from '../../core/calendar.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import { type DayUsage, NO_USAGE } from './day-usage.ts'
import type { Filter } from './filter.ts'
import { joinUsage } from './join-usage.ts'
import { dayKey } from './kept-days.ts'
import type { Pricer } from './pricer.ts'
import { readDays } from './read-days.ts'
import { versionedHours } from './versioned-days.ts'

interface RecentHoursOptions {
  readonly db: Db
  readonly owner: OwnerId
  readonly pricer: Pricer
}

interface Hour {
  readonly version: number
  readonly usage: DayUsage
}

/** Days, each as one filter lets it through, of which the hours are remembered: three for each of some questions. */
const MOST_DAYS = 24

/** Days that still change, read by their hours: of a sync that brings something new, one or two are read again. */
export class RecentHours {
  readonly #options: RecentHoursOptions
  /** By filter and day, the last used one last; then by where an hour begins. */
  readonly #days = new Map<string, Map<number, Hour>>()

  constructor(options: RecentHoursOptions) {
    this.#options = options
  }

  async usageOf(day: Span, filter: Filter): Promise<DayUsage> {
    const { db, owner } = this.#options
    const known = this.#use(`${dayKey(day)} ${filter.key}`)
    const hours = await versionedHours(db, owner, day)
    const changed = hours.filter(({ span, version }) => known.get(span.starts)?.version !== version)
    const some = changed.filter(({ version }) => version > 0)
    const read = await readDays({ ...this.#options, ...filter }, some)
    for (const { span, version } of changed) known.set(span.starts, { version, usage: NO_USAGE })
    for (const [i, { span, version }] of some.entries()) {
      known.set(span.starts, { version, usage: read[i] as DayUsage })
    }
    return joinUsage(hours.map(({ span }) => (known.get(span.starts) as Hour).usage))
  }

  #use(key: string): Map<number, Hour> {
    const hours = this.#days.get(key) ?? new Map<number, Hour>()
    this.#days.delete(key)
    this.#days.set(key, hours)
    for (const oldest of this.#days.keys()) {
      if (this.#days.size <= MOST_DAYS) break
      this.#days.delete(oldest)
    }
    return hours
  }
}
