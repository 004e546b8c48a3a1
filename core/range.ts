import { localDay } from './calendar.ts'
import { addDays, dayNumber, isDay, type Day } from './day.ts'
import { Problem } from './problem.ts'
import type { Instant } from './usage-event.ts'

/** Days from `from` to `to`, both included, in a time zone. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
  readonly tz: string
}

/** How a range may be asked for: a number of days ending today, or its ends. */
export interface RangeQuery {
  readonly days?: number | undefined
  readonly from?: Day | undefined
  readonly to?: Day | undefined
  readonly tz?: string | undefined
}

/** The longest range of one report, in days (ten years). */
export const MAX_DAYS = 3660

/**
 * The range that a query means. `to` defaults to today, `from` to `days` days that end at `to`; without either, to
 * `fallbackDays`. Throws `invalid-request` when it ends before it starts or is longer than {@link MAX_DAYS}.
 */
export function resolveRange(query: RangeQuery, defaults: { now: Instant; tz: string; days: number }): DayRange {
  const tz = query.tz ?? defaults.tz
  const to = query.to ?? localDay(defaults.now, tz)
  const from = query.from ?? addDays(to, 1 - (query.days ?? defaults.days))
  const length = dayNumber(to) - dayNumber(from) + 1
  if (length < 1) {
    throw new Problem('invalid-request', `The range ends (${to}) before it starts (${from}).`, {
      hint: 'Swap the two days.',
    })
  }
  if (length > MAX_DAYS) {
    throw new Problem('invalid-request', `The range is ${length} days long; the longest is ${MAX_DAYS}.`, {
      hint: 'Ask for fewer days.',
    })
  }
  return { from, to, tz }
}

/** The period before a range that it is compared with: as long, and moved by whole weeks so that weekdays match. */
export function periodBefore({ from, to, tz }: DayRange): DayRange {
  const days = dayNumber(to) - dayNumber(from) + 1
  const shift = -7 * Math.ceil(days / 7)
  return { from: addDays(from, shift), to: addDays(to, shift), tz }
}

/**
 * A day as people type it: `2026-11-01`, `today`, `yesterday`, a weekday (the latest one, today included), or a length
 * (`7d`, `2w`: that many days up to and including today), or `week` and `month` for their first day. Throws `invalid-request` otherwise.
 */
export function parseDay(text: string, flag: string, today: Day): Day {
  const word = text.trim().toLowerCase()
  if (isDay(word)) return word
  if (word === 'today') return today
  if (word === 'yesterday') return addDays(today, -1)
  if (word === 'week') return parseDay('monday', flag, today)
  if (word === 'month') return `${today.slice(0, 8)}01`
  const length = /^(\d{1,4})([dw])$/.exec(word)
  if (length !== null) {
    const days = Number(length[1]) * (length[2] === 'w' ? 7 : 1)
    if (days >= 1) return addDays(today, 1 - days)
  }
  const weekday = WEEKDAYS.findIndex((name) => word.length >= 3 && name.startsWith(word))
  if (weekday !== -1) {
    // 1 January 1970 was a Thursday, the fourth name of the list.
    const current = (dayNumber(today) + 3) % 7
    return addDays(today, -((current - weekday + 7) % 7))
  }
  throw new Problem('invalid-request', `${flag} ${text} is not a date.`, {
    hint: 'Works: 7d, 2w, yesterday, monday, 2026-11-01',
  })
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
