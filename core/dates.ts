import { dayNumber, type Day } from './day.ts'

/** Days for people. A year is named only where it is not the present one. */

/** Monday first, as ISO 8601 counts them. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

interface Parts {
  readonly weekday: string
  readonly number: string
  readonly month: string
  readonly year: string
}

/** `Mon 16 Nov`, always as wide as its neighbours: `Mon  2 Nov`; with the year where asked. */
export function rowLabel(day: Day, { year }: { year: boolean }): string {
  const { weekday, number, month, year: name } = partsOf(day)
  return `${weekday.slice(0, 3)} ${number.padStart(2)} ${month.slice(0, 3)}${year ? ` ${name}` : ''}`
}

/** `Thu 5 Nov`, in a sentence. */
export function shortDay(day: Day, today: Day): string {
  return rowLabel(day, { year: !sameYear(day, today) }).replace('  ', ' ')
}

/** `Monday 16 November`, to be read aloud. */
export function spokenDay(day: Day, today: Day): string {
  const { weekday, number, month, year } = partsOf(day)
  return `${weekday} ${number} ${month}${sameYear(day, today) ? '' : ` ${year}`}`
}

/** `16–22 Nov`, `28 Oct – 3 Nov`, `28 Dec 2025 – 3 Jan 2026`, `Sun 22 Nov`. */
export function rangeText({ from, to }: { from: Day; to: Day }, today: Day, dash: string): string {
  if (from === to) return shortDay(from, today)
  const [first, last] = [partsOf(from), partsOf(to)]
  const year = sameYear(from, today) && sameYear(to, today) ? '' : ` ${last.year}`
  const end = `${last.number} ${last.month.slice(0, 3)}${year}`
  if (first.month === last.month && first.year === last.year) return `${first.number}${dash}${end}`
  const firstYear = first.year === last.year ? '' : ` ${first.year}`
  return `${first.number} ${first.month.slice(0, 3)}${firstYear} ${dash} ${end}`
}

/** `4 h 12`, `38 min`, `2 d 3 h`; `<1 min` for a moment. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return '<1 min'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')}`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `November`. */
export function monthName(day: Day): string {
  return partsOf(day).month
}

/** `Thursday`. */
export function weekdayName(day: Day): string {
  return partsOf(day).weekday
}

export function sameYear(a: Day, b: Day): boolean {
  return a.slice(0, 4) === b.slice(0, 4)
}

function partsOf(day: Day): Parts {
  // 1 January 1970 was a Thursday, the fourth name of the list.
  const weekday = WEEKDAYS[(((dayNumber(day) + 3) % 7) + 7) % 7] as string
  const month = MONTHS[Number(day.slice(5, 7)) - 1] as string
  return { weekday, number: String(Number(day.slice(8, 10))), month, year: day.slice(0, 4) }
}
