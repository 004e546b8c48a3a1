import { WEEKDAYS, weekdayName } from './dates.ts'
import { addDays, dayNumber, type Day } from './day.ts'
import type { AnswerOf, UsageSums } from './report-specs.ts'

export type PunchcardCell = AnswerOf<'punchcard'>['cells'][number]

export const HOURS = 24

interface Range {
  readonly from: Day
  readonly to: Day
}

/** A weekday of a punchcard. */
export interface PunchcardDay {
  /** `Monday`. */
  readonly name: string
  /** Does the range have such a day? */
  readonly isInRange: boolean
  /** By hour; undefined where nothing was used. */
  readonly hours: readonly (PunchcardCell | undefined)[]
}

/** The cells of an answer by weekday, Monday first, and hour. */
export function punchcardDays({
  from,
  to,
  cells,
}: Range & { readonly cells: readonly PunchcardCell[] }): PunchcardDay[] {
  const byPlace = new Map(cells.map((cell) => [cell.weekday * HOURS + cell.hour, cell]))
  const seen = namesFrom(from, Math.min(WEEKDAYS.length, lengthOf(from, to)))
  return WEEKDAYS.map((name, i) => ({
    name,
    isInRange: seen.includes(name),
    hours: Array.from({ length: HOURS }, (_, hour) => byPlace.get((i + 1) * HOURS + hour)),
  }))
}

/** Weekdays that a range has once more than the others; none where it is whole weeks, or less than two. */
function commonerWeekdays({ from, to }: Range): string[] {
  const length = lengthOf(from, to)
  return length < 2 * WEEKDAYS.length ? [] : namesFrom(from, length % WEEKDAYS.length)
}

/** `Mon, Tue come once more than the other weekdays.`, or nothing where none does. */
export function commonerText(range: Range): string {
  const names = commonerWeekdays(range).map((name) => name.slice(0, 3))
  return names.length === 0
    ? ''
    : `${names.join(', ')} ${names.length === 1 ? 'comes' : 'come'} once more than the other weekdays.`
}

/** What of the range only day totals tell, or nothing. */
export function hourlessText(
  { reported_tokens, estimated_tokens }: Pick<UsageSums, 'reported_tokens' | 'estimated_tokens'>,
  countText: (count: number) => string,
): string {
  const tokens = reported_tokens + estimated_tokens
  return tokens === 0 ? '' : `Day totals know no hour: ${countText(tokens)} tokens of these days are not in it.`
}

/** `14:00–15:00`, `23:00–00:00`; of so many hours. */
export function hourText(hour: number, dash: string, hours = 1): string {
  const clock = (at: number) => `${String(at % HOURS).padStart(2, '0')}:00`
  return `${clock(hour)}${dash}${clock(hour + hours)}`
}

function namesFrom(day: Day, count: number): string[] {
  return Array.from({ length: count }, (_, i) => weekdayName(addDays(day, i)))
}

function lengthOf(from: Day, to: Day): number {
  return dayNumber(to) - dayNumber(from) + 1
}
