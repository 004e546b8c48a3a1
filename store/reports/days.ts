import type { Day } from '../../core/day.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import { type DayUsage, NO_USAGE } from './day-usage.ts'
import type { Filter } from './filter.ts'
import { dayKey, keepDays, readKept, viewOf } from './kept-days.ts'
import { othersTurn } from './others-turn.ts'
import type { Pricer } from './pricer.ts'
import { readDays } from './read-days.ts'
import { RecentHours } from './recent-hours.ts'
import { RememberedDays } from './remembered-days.ts'
import { type Days, type VersionedDay, versionedDays } from './versioned-days.ts'

/** A local day and what was used on it. */
export interface UsedDay {
  readonly date: Day
  readonly usage: DayUsage
}

export interface DaysOptions {
  readonly db: Db
  readonly owner: OwnerId
  readonly now: () => number
  readonly pricer: Pricer
  /** Names the prices. Where it is given, days are also kept in the ledger, for the next start. */
  readonly kept_under?: string | undefined
}

const KEPT_AT_ONCE = 64
const READ_AT_ONCE = 7
/** How long a day has to be over before it is kept: until then it changes with every sync, and is read by hours. */
const SETTLED_MS = 86_400_000

/**
 * The days of one owner: from memory, or as they are kept in the ledger, or else read of the rollup. Every change of the
 * rollup raises the version of its (UTC) day in the same transaction, so what is known of a day is used only while it is
 * what the ledger says. Most days are never written again, so a year is read once and then costs what was new.
 */
export class UsageByDays {
  readonly #options: DaysOptions
  readonly #remembered: RememberedDays
  readonly #recent: RecentHours
  #reading: Promise<unknown> = Promise.resolve()

  constructor(options: DaysOptions, remembered = new RememberedDays()) {
    this.#options = options
    this.#remembered = remembered
    this.#recent = new RecentHours(options)
  }

  /** The days of a range, in order; of all time, those that can have anything. */
  async of(asked: Days, filter: Filter): Promise<readonly UsedDay[]> {
    this.#remembered.use(filter)
    const days = await versionedDays(this.#options.db, this.#options.owner, asked)
    const known = days.map((day) => this.#find(day, filter))
    const missing = days.filter((_, i) => known[i] === undefined)
    const read = missing.length === 0 ? [] : await this.#inTurn(() => this.#read(missing, filter))
    let next = 0
    return days.map(({ span }, i) => ({ date: span.label, usage: known[i] ?? (read[next++] as DayUsage) }))
  }

  /** Who asks for what another is just reading waits for it, and finds it in memory. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.#reading.then(read)
    this.#reading = reading.catch(() => undefined)
    return reading
  }

  #find(day: VersionedDay, filter: Filter): DayUsage | undefined {
    const isEmpty = day.version === 0 || day.span.ends <= day.span.starts
    return isEmpty ? NO_USAGE : this.#remembered.find(day, filter)
  }

  async #read(days: readonly VersionedDay[], filter: Filter): Promise<DayUsage[]> {
    const found = new Map<VersionedDay, DayUsage | undefined>(days.map((day) => [day, this.#find(day, filter)]))
    const missing = () => days.filter((day) => found.get(day) === undefined)
    const view = this.#viewOf(filter)
    if (view !== undefined) for (const [day, usage] of await this.#readKept(missing(), view)) found.set(day, usage)
    const unkept = new Set(missing())
    for (const [day, usage] of await this.#readRollup([...unkept], filter)) found.set(day, usage)
    const all = days.map((day) => ({ ...day, usage: found.get(day) as DayUsage }))
    for (const day of all) this.#remembered.remember(day, filter)
    if (view !== undefined) {
      const toKeep = all.filter((day, i) => unkept.has(days[i] as VersionedDay) && this.#isSettled(day))
      await this.#keep(toKeep, view)
    }
    return all.map(({ usage }) => usage)
  }

  /** What the days are kept under; undefined where they are not. */
  #viewOf(filter: Filter): string | undefined {
    const { kept_under } = this.#options
    return kept_under === undefined || !filter.isOfAll ? undefined : viewOf(kept_under, filter)
  }

  async #readKept(days: readonly VersionedDay[], view: string): Promise<[VersionedDay, DayUsage][]> {
    const found: [VersionedDay, DayUsage][] = []
    for (const some of pieces(days, KEPT_AT_ONCE)) {
      const kept = await readKept({ ...this.#options, view }, some)
      for (const day of some) {
        const known = kept.get(dayKey(day.span))
        if (known?.version === day.version) found.push([day, known.usage])
      }
      await othersTurn()
    }
    return found
  }

  async #readRollup(days: readonly VersionedDay[], filter: Filter): Promise<[VersionedDay, DayUsage][]> {
    const found: [VersionedDay, DayUsage][] = []
    const [settled, recent] = [days.filter((day) => this.#isSettled(day)), days.filter((day) => !this.#isSettled(day))]
    for (const day of recent) found.push([day, await this.#recent.usageOf(day.span, filter)])
    for (const some of pieces(settled, READ_AT_ONCE)) {
      const read = await readDays({ ...this.#options, ...filter }, some)
      for (const [i, day] of some.entries()) found.push([day, read[i] as DayUsage])
      await othersTurn()
    }
    return found
  }

  #isSettled({ span }: VersionedDay): boolean {
    return span.ends + SETTLED_MS <= this.#options.now()
  }

  async #keep(days: readonly (VersionedDay & { readonly usage: DayUsage })[], view: string): Promise<void> {
    try {
      for (const some of pieces(days, KEPT_AT_ONCE)) {
        await keepDays({ ...this.#options, view }, some)
        await othersTurn()
      }
    } catch {
      // A ledger that is full or read-only still answers: it is read of the rollup at the next start, too.
    }
  }
}

function* pieces<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size)
}
