import { mondayOf } from '../../core/calendar.ts'
import { addDays, daysFrom, type Day } from '../../core/day.ts'
import { monthName } from '../../core/dates.ts'

/** Days as columns of weeks, Monday first; days outside the range are undefined. */
export interface Weeks {
  readonly weeks: readonly (readonly (Day | undefined)[])[]
  /** The months above the weeks: name, and how many weeks it stands over. An empty name where there is no room. */
  readonly months: readonly { readonly name: string; readonly weeks: number }[]
}

/** The last `most` weeks up to `to`, those of a range at most. */
export function weeksOf({ from, to }: { readonly from: Day; readonly to: Day }, most: number): Weeks {
  const lastMonday = mondayOf(to)
  const earliest = addDays(lastMonday, -7 * (most - 1))
  const first = mondayOf(from) > earliest ? mondayOf(from) : earliest
  const start = from > first ? from : first
  const weeks = daysFrom(first, lastMonday)
    .filter((_, i) => i % 7 === 0)
    .map((monday) =>
      Array.from({ length: 7 }, (_, i) => addDays(monday, i)).map((day) =>
        day >= start && day <= to ? day : undefined,
      ),
    )
  const months: { name: string; weeks: number }[] = []
  let month = ''
  for (const week of weeks) {
    const [day] = week.filter((one) => one !== undefined)
    const present = (day ?? '').slice(0, 7)
    const last = months.at(-1)
    if (present === month && last !== undefined) last.weeks++
    else months.push({ name: day === undefined ? '' : monthName(day).slice(0, 3), weeks: 1 })
    month = present
  }
  return { weeks, months: months.map((one) => (one.weeks < 2 ? { ...one, name: '' } : one)) }
}
