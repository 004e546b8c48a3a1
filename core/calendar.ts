import { addDays, type Day, dayFromNumber, dayNumber } from './day.ts'
import { Problem } from './problem.ts'
import type { Instant } from './usage-event.ts'

/** A stretch of time with its name: `starts` is in it, `ends` is not. */
export interface Span {
  readonly label: string
  readonly starts: Instant
  readonly ends: Instant
}

const MS_PER_DAY = 86_400_000
const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000
const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * The days from `from` to `to`, both included, as spans of instants in an IANA time zone. Neighbouring spans touch.
 * A day that a zone skipped (Apia, 30 December 2011) has an empty span. Throws `invalid-request` for an unknown zone.
 */
export function calendarDays(from: Day, to: Day, zone: string): readonly Span[] {
  const key = `${from} ${to} ${zone}`
  const known = ranges.get(key)
  if (known !== undefined) return known
  const spans = daysBetween(dayNumber(from), dayNumber(to), zone)
  if (ranges.size >= MOST_RANGES) ranges.clear()
  ranges.set(key, spans)
  return spans
}

/** One question asks for the days of its range again and again, and so does the next one. */
const ranges = new Map<string, readonly Span[]>()
const MOST_RANGES = 16

function daysBetween(first: number, last: number, zone: string): Span[] {
  const spans: Span[] = []
  let starts = startOfDayNumber(first, zone)
  for (let day = first; day <= last; day++) {
    const ends = startOfDayNumber(day + 1, zone)
    spans.push({ label: dayFromNumber(day), starts, ends })
    starts = ends
  }
  return spans
}

/** How long a row of a report may be. */
export type Every = 'hour' | 'day' | 'week' | 'month'

/**
 * The hours, days, weeks or months of a range of days, `from` and `to` included. Weeks begin on Mondays; the first and
 * the last week or month are cut to the range. Labels are local: `2026-11-01T13:00+01:00` for hours, else the first day
 * (of the whole week or month, also where it was cut).
 */
export function calendarSpans(every: Every, from: Day, to: Day, zone: string): readonly Span[] {
  const days = calendarDays(from, to, zone)
  if (every === 'day') return days
  if (every === 'hour') return days.flatMap((day) => hoursOf(day, zone))
  const labelOf = every === 'week' ? mondayOf : firstOfMonth
  const spans: Span[] = []
  for (const { label: day, starts, ends } of days) {
    const label = labelOf(day)
    const last = spans.at(-1)
    if (last?.label === label) spans[spans.length - 1] = { ...last, ends }
    else spans.push({ label, starts, ends })
  }
  return spans
}

/** The Monday of a day's week. */
export function mondayOf(day: Day): Day {
  // 1 January 1970 was a Thursday.
  const weekday = (((dayNumber(day) + 3) % 7) + 7) % 7
  return addDays(day, -weekday)
}

function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 8)}01`
}

/**
 * The hours of a day: from one full local hour to the next, and where the clocks change. An hour that comes twice is
 * two, told apart by their offsets; where clocks change by half an hour (Lord Howe), one of them is half as long.
 */
function hoursOf({ starts, ends }: Span, zone: string): Span[] {
  const spans: Span[] = []
  let offset = offsetAt(starts, zone)
  const isEven = offset === offsetAt(ends - 1, zone)
  let start = starts
  const close = (end: Instant) => {
    if (end > start) spans.push({ label: hourLabel(start, offset), starts: start, ends: end })
    start = end
  }
  for (let at = starts + QUARTER_MS; at < ends; at += QUARTER_MS) {
    const now = isEven ? offset : offsetAt(at, zone)
    if (now !== offset || (at + now) % HOUR_MS === 0) close(at)
    offset = now
  }
  close(ends)
  return spans
}

function hourLabel(instant: Instant, offset: number): string {
  const minutes = Math.abs(Math.round(offset / 60_000))
  const two = (number: number) => String(number).padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  const local = new Date(instant + offset).toISOString().slice(0, 16)
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * The first instant whose local date is `day` or later. Local midnight is tried under the offsets in force around it,
 * since midnight may not exist (Havana in spring) or come twice (Havana in autumn).
 */
export function startOfDay(day: Day, zone: string): Instant {
  return startOfDayNumber(dayNumber(day), zone)
}

function startOfDayNumber(number: number, zone: string): Instant {
  const midnight = number * MS_PER_DAY
  const [before, at, after] = [-1, 0, 1].map((days) => offsetAtMidnight(midnight + days * MS_PER_DAY, zone)) as [
    number,
    number,
    number,
  ]
  if (before === at && at === after) return midnight - at
  const candidates = [before, at, after].map((offset) => midnight - offset).toSorted((a, b) => a - b)
  const day = dayFromNumber(number)
  return candidates.find((instant) => localDay(instant, zone) >= day) ?? midnight
}

const offsets = new Map<string, Map<Instant, number>>()
/** Ten years of days. */
const MOST_OFFSETS = 4000

/** The offset at a UTC midnight. Reports ask for the same days again and again, and asking Intl is slow. */
function offsetAtMidnight(midnight: Instant, zone: string): number {
  let known = offsets.get(zone)
  if (known === undefined) offsets.set(zone, (known = new Map()))
  let offset = known.get(midnight)
  if (offset === undefined) {
    if (known.size >= MOST_OFFSETS) known.clear()
    known.set(midnight, (offset = offsetAt(midnight, zone)))
  }
  return offset
}

/** The local date of an instant. */
export function localDay(instant: Instant, zone: string): Day {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10)
}

/** Local hour and minute, `HH:MM`. */
export function localTime(instant: Instant, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(11, 16)
}

/** The zone that this process's Date is in, where {@link letDateTell} has said so. */
let zoneOfDate: string | undefined

/**
 * Says that this process runs in a zone, so that Date tells its offsets. Waking Intl takes 10 ms, a third of what a
 * whole command may take.
 */
export function letDateTell(zone: string): void {
  zoneOfDate = zone
}

/** Date knows whole minutes; the last zone to give up odd seconds did so in 1972. */
const WHOLE_MINUTES_SINCE = Date.UTC(1980, 0)

/** How far local time is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: Instant, zone: string): number {
  if (zone === zoneOfDate && instant >= WHOLE_MINUTES_SINCE) return -new Date(instant).getTimezoneOffset() * 60_000
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 }
  for (const { type, value } of formatterFor(zone).formatToParts(instant)) {
    if (type in parts) parts[type as keyof typeof parts] = Number(value)
  }
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)
  return local - Math.floor(instant / 1000) * 1000
}

/** Is this an IANA time zone that this program knows? */
export function isTimeZone(zone: string): boolean {
  try {
    formatterFor(zone)
    return true
  } catch {
    return false
  }
}

function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(zone, formatter)
    return formatter
  } catch (cause) {
    throw new Problem('invalid-request', `“${zone}” is not a time zone.`, {
      hint: 'Works: Europe/Berlin, America/New_York, UTC (IANA names).',
      cause,
    })
  }
}
