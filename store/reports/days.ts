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

type Found = Map<VersionedDay, DayUsage>

const KEPT_AT_ONCE = 64
const READ_AT_ONCE = 3
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
    const read = await this.#read(missing, filter)
    return days.map((day, i) => ({ date: day.span.label, usage: known[i] ?? (read.get(day) as DayUsage) }))
  }

  /** Who asks for what another is just reading waits for that, and finds it in memory. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.#reading.then(read)
    this.#reading = reading.catch(() => undefined)
    return reading
  }

  #find(day: VersionedDay, filter: Filter): DayUsage | undefined {
    const isEmpty = day.version === 0 || day.span.ends <= day.span.starts
    return isEmpty ? NO_USAGE : this.#remembered.find(day, filter)
  }

  /** Piece by piece: whoever asks for a day or two does not wait for another's year. */
  async #read(days: readonly VersionedDay[], filter: Filter): Promise<Found> {
    const found: Found = new Map()
    const missing = () => days.filter((day) => !found.has(day))
    const view = this.#viewOf(filter)
    if (view !== undefined) {
      const settled = days.filter((day) => this.#isSettled(day))
      for (const some of pieces(settled, KEPT_AT_ONCE)) {
        await this.#inTurn(() => this.#readPiece(some, filter, found, (unknown) => this.#readKept(unknown, view)))
      }
    }
    for (const some of pieces(missing(), READ_AT_ONCE)) {
      await this.#inTurn(() =>
        this.#readPiece(some, filter, found, (unknown) => this.#readRollup(unknown, filter, view)),
      )
    }
    return found
  }

  /** What another has read meanwhile is in memory. */
  async #readPiece(
    days: readonly VersionedDay[],
    filter: Filter,
    found: Found,
    read: (unknown: readonly VersionedDay[]) => Promise<Found>,
  ): Promise<void> {
    const unknown = days.filter((day) => {
      const usage = this.#find(day, filter)
      if (usage !== undefined) found.set(day, usage)
      return usage === undefined
    })
    if (unknown.length === 0) return
    for (const [day, usage] of await read(unknown)) {
      found.set(day, usage)
      this.#remembered.remember({ ...day, usage }, filter)
    }
    await othersTurn()
  }

  /** What the days are kept under; undefined where they are not. */
  #viewOf(filter: Filter): string | undefined {
    const { kept_under } = this.#options
    return kept_under === undefined || !filter.isOfAll ? undefined : viewOf(kept_under, filter)
  }

  async #readKept(days: readonly VersionedDay[], view: string): Promise<Found> {
    const kept = await readKept({ ...this.#options, view }, days)
    const found: Found = new Map()
    for (const day of days) {
      const known = kept.get(dayKey(day.span))
      if (known?.version === day.version) found.set(day, known.usage)
    }
    return found
  }

  async #readRollup(days: readonly VersionedDay[], filter: Filter, view: string | undefined): Promise<Found> {
    const found: Found = new Map()
    for (const day of days.filter((each) => this.#isSettled(each))) {
      const [usage] = await readDays({ ...this.#options, ...filter }, [day])
      found.set(day, usage as DayUsage)
      await othersTurn()
    }
    if (view !== undefined && found.size > 0) await this.#keep(found, view)
    for (const day of days) {
      if (!found.has(day)) found.set(day, await this.#recent.usageOf(day.span, filter))
    }
    return found
  }

  #isSettled({ span }: VersionedDay): boolean {
    return span.ends + SETTLED_MS <= this.#options.now()
  }

  async #keep(days: Found, view: string): Promise<void> {
    try {
      await keepDays(
        { ...this.#options, view },
        [...days].map(([day, usage]) => ({ ...day, usage })),
      )
    } catch {
      // A ledger that is full or read-only still answers: it is read of the rollup at the next start, too.
    }
  }
}

function* pieces<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size)
}
