import { calendarDays, type Span, startOfDay } from '../../core/calendar.ts'
import { dayFromNumber, utcDayNumber } from '../../core/day.ts'
import type { DayRange } from '../../core/range.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'

const HOUR_MS = 3_600_000

/** Days of a zone: of a range, or of all time. */
export type Days = DayRange | { readonly tz: string; readonly from?: undefined }

/**
 * A local day with a number that changes with whatever the ledger has of it: the sum of the versions of the UTC days in
 * it, which only ever rise. 0 where nothing ever was.
 */
export interface VersionedDay {
  readonly span: Span
  readonly version: number
}

/** The days of a range, in order; of all time, those that can have anything: few, also where one event is of 1970. */
export async function versionedDays(db: Db, owner: OwnerId, asked: Days): Promise<VersionedDay[]> {
  if (asked.from !== undefined) {
    const spans = calendarDays(asked.from, asked.to, asked.tz)
    const [first, last] = [spans[0], spans.at(-1)]
    if (first === undefined || last === undefined) return []
    return withVersions(spans, await versions(db, owner, utcDayNumber(first.starts), utcDayNumber(last.ends)))
  }
  const all = await versions(db, owner)
  const numbers = new Set([...all.keys()].flatMap((day) => [day - 1, day, day + 1]))
  const spans = [...numbers].map((number) => {
    const label = dayFromNumber(number)
    return { label, starts: startOfDay(label, asked.tz), ends: startOfDay(dayFromNumber(number + 1), asked.tz) }
  })
  return withVersions(spans, all)
}

/** The (UTC) hours of a day with their versions; the first and the last one as far as they are in it. */
export async function versionedHours(db: Db, owner: OwnerId, day: Span): Promise<VersionedDay[]> {
  const [first, end] = [Math.floor(day.starts / HOUR_MS), Math.ceil(day.ends / HOUR_MS)]
  const rows = await db
    .selectFrom('hour_version')
    .select(['hour', 'version'])
    .where('owner', '=', owner)
    .where('hour', '>=', first)
    .where('hour', '<', end)
    .execute()
  const known = new Map(rows.map(({ hour, version }) => [hour, version]))
  return Array.from({ length: end - first }, (_, i) => {
    const starts = Math.max(day.starts, (first + i) * HOUR_MS)
    const ends = Math.min(day.ends, (first + i + 1) * HOUR_MS)
    return { span: { label: day.label, starts, ends }, version: known.get(first + i) ?? 0 }
  })
}

async function versions(
  db: Db,
  owner: OwnerId,
  first = Number.MIN_SAFE_INTEGER,
  last = Number.MAX_SAFE_INTEGER,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('day_version')
    .select(['day', 'version'])
    .where('owner', '=', owner)
    .where('day', '>=', first)
    .where('day', '<=', last)
    .orderBy('day')
    .execute()
  return new Map(rows.map(({ day, version }) => [day, version]))
}

function withVersions(spans: readonly Span[], known: ReadonlyMap<number, number>): VersionedDay[] {
  return spans.map((span) => {
    let version = 0
    for (let day = utcDayNumber(span.starts); day <= utcDayNumber(span.ends - 1); day++) version += known.get(day) ?? 0
    return { span, version }
  })
}
