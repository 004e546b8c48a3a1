import { addDays, dayNumber, type Day } from './day.ts'
import { Problem } from './problem.ts'
import type { Instant } from './usage-event.ts'

/** A stretch of time with its name: `starts` is in it, `ends` is not. */
export interface Span {
  readonly label: string
  readonly starts: Instant
  readonly ends: Instant
}

const MS_PER_DAY = 86_400_000
const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * The days from `from` to `to`, both included, as spans of instants in an IANA time zone. Neighbouring spans touch.
 * A day that a zone skipped (Apia, 30 December 2011) has an empty span. Throws `invalid-request` for an unknown zone.
 */
export function calendarDays(from: Day, to: Day, zone: string): Span[] {
  const count = dayNumber(to) - dayNumber(from) + 1
  const spans: Span[] = []
  let starts = startOfDay(from, zone)
  for (let i = 0; i < count; i++) {
    const ends = startOfDay(addDays(from, i + 1), zone)
    spans.push({ label: addDays(from, i), starts, ends })
    starts = ends
  }
  return spans
}

/**
 * The first instant whose local date is `day` or later. Local midnight is tried under the offsets in force around it,
 * since midnight may not exist (Havana in spring) or come twice (Havana in autumn).
 */
export function startOfDay(day: Day, zone: string): Instant {
  const midnight = dayNumber(day) * MS_PER_DAY
  const candidates = [midnight - MS_PER_DAY, midnight, midnight + MS_PER_DAY]
    .map((nearby) => midnight - offsetAt(nearby, zone))
    .toSorted((a, b) => a - b)
  return candidates.find((instant) => localDay(instant, zone) >= day) ?? midnight
}

/** The local date of an instant. */
export function localDay(instant: Instant, zone: string): Day {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10)
}

/** Local hour and minute, `HH:MM`. */
export function localTime(instant: Instant, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(11, 16)
}

/** How far local time is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: Instant, zone: string): number {
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

/** The zone this program runs in. */
export function systemZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
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
