import { type Every, mondayOf } from './calendar.ts'
import { addDays, dayNumber, type Day } from './day.ts'
import { MAX_DAYS } from './range.ts'

/** Ranges that have a name. They move with the clock; a range of two days stays where it is. */
export const PRESETS = [
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
  ['12m', 'Last 12 months'],
  ['week', 'This week'],
  ['month', 'This month'],
  ['last-month', 'Last month'],
  ['all', 'All time'],
] as const

export type Preset = (typeof PRESETS)[number][0]

export interface Days {
  readonly from: Day
  readonly to: Day
}

export function isPreset(text: string): text is Preset {
  return PRESETS.some(([name]) => name === text)
}

/** The days that a range means today. */
export function daysOf(range: Preset | Days, today: Day): Days {
  if (typeof range === 'object') return range
  switch (range) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) }
    case '7d':
    case '30d':
    case '90d':
      return { from: addDays(today, 1 - Number.parseInt(range, 10)), to: today }
    case '12m':
      return { from: addDays(today, -364), to: today }
    case 'week':
      return { from: mondayOf(today), to: today }
    case 'month':
      return { from: firstOfMonth(today), to: today }
    case 'last-month': {
      const to = addDays(firstOfMonth(today), -1)
      return { from: firstOfMonth(to), to }
    }
    case 'all':
      return { from: addDays(today, 1 - MAX_DAYS), to: today }
  }
}

export function lengthOf({ from, to }: Days): number {
  return dayNumber(to) - dayNumber(from) + 1
}

/** The range as long before it, or after it; whole months move by months. Undefined where it would be in the future. */
export function moved(range: Preset | Days, by: -1 | 1, today: Day): Days | undefined {
  if (range === 'all') return undefined
  const days = daysOf(range, today)
  const next = isWholeMonth(days, today) ? monthBeside(days, by) : shifted(days, by * lengthOf(days))
  if (next.from > today) return undefined
  return next.to > today ? { from: next.from, to: today } : next
}

/** How long a bar should be, so that there are enough of them and not too many. */
export function suitableEvery(days: Days, isNarrow: boolean): Every {
  const length = lengthOf(days)
  if (length <= 2) return 'hour'
  if (length <= (isNarrow ? 31 : 120)) return 'day'
  return length <= (isNarrow ? 240 : 800) ? 'week' : 'month'
}

function shifted({ from, to }: Days, by: number): Days {
  return { from: addDays(from, by), to: addDays(to, by) }
}

function isWholeMonth({ from, to }: Days, today: Day): boolean {
  return from === firstOfMonth(from) && from.slice(0, 7) === to.slice(0, 7) && (to === lastOfMonth(to) || to === today)
}

function monthBeside({ from }: Days, by: -1 | 1): Days {
  const inside = by === 1 ? addDays(lastOfMonth(from), 1) : addDays(from, -1)
  return { from: firstOfMonth(inside), to: lastOfMonth(inside) }
}

function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 8)}01`
}

function lastOfMonth(day: Day): Day {
  return addDays(firstOfMonth(addDays(firstOfMonth(day), 31)), -1)
}
