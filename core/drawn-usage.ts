import { calendarSpans, type Every, localDay } from './calendar.ts'
import type { Day } from './day.ts'
import { groupNames } from './group-names.ts'
import type { Metric } from './metric.ts'
import type { AnswerOf, UsageRow } from './report-specs.ts'
import { addedSums, amountOf, type Sums, sumOf } from './usage-sums.ts'

/** A stretch of each bar: a group, or all those that are too many to be told apart. */
export interface Series {
  readonly name: string
  /** What the report calls what is in it, the largest first. */
  readonly groups: readonly string[]
  readonly total: number
  /** Does it stand for what is left over? */
  readonly isRest: boolean
}

/** One bar. */
export interface DayUsage {
  /** Its first day. */
  readonly date: Day
  /** As the report labels it: a day, the Monday of a week, the first of a month, or an hour. */
  readonly label: string
  readonly starts: number
  readonly ends: number
  readonly sums: Sums
  /** Amounts of each series, in their order. */
  readonly parts: readonly number[]
}

/** An answer as it is drawn: every period of the range, those without use too. */
export interface DrawnUsage<S extends Series = Series> {
  readonly every: Every
  readonly days: readonly DayUsage[]
  readonly series: readonly S[]
  readonly sums: Sums
  /** Is there neither a count nor an estimate? */
  readonly isEmpty: boolean
}

/** What of an answer is drawn. */
export type Drawable = Omit<AnswerOf<'usage'>, 'previous' | 'gaps' | 'price_book' | 'contract' | 'unpriced_models'>

/** A period with its rows: what is the same whatever is drawn of them. */
interface Period extends Omit<DayUsage, 'parts'> {
  readonly rows: readonly UsageRow[]
}

/** The periods of an answer, those without use too. For who draws one answer several times, since they take the longest. */
export function periodsOf({ from, to, tz, every, rows }: Drawable): Period[] {
  const byStart = Map.groupBy(rows, ({ starts }) => starts)
  const byTime = new Map([...byStart].map(([starts, of]) => [Date.parse(starts), of]))
  return calendarSpans(every, from, to, tz).map(({ label, starts, ends }) => {
    const of = byTime.get(starts) ?? []
    return { date: localDay(starts, tz), label, starts, ends, rows: of, sums: sumOf(of) }
  })
}

/** Draws an answer in at most `most` series of the largest groups, and one more for the rest. */
export function drawUsage(answer: Drawable, metric: Metric, most: number, periods = periodsOf(answer)): DrawnUsage {
  const { by, every, rows } = answer
  const largest = groupTotals(rows, metric)
  const names = groupNames(largest.keys(), by)
  const seriesOf = new Map([...largest.keys()].map((group, i) => [group, Math.min(i, most)]))
  const series = Array.from({ length: Math.min(largest.size, most + 1) }, (_, i): Series => {
    const members = [...largest].filter(([group]) => seriesOf.get(group) === i)
    const groups = members.map(([group]) => group)
    const total = members.reduce((sum, [, amount]) => sum + amount, 0)
    const [only] = groups
    return groups.length === 1 && only !== undefined
      ? { name: names.get(only) ?? '', groups, total, isRest: i === most }
      : { name: `other (${groups.length})`, groups, total, isRest: true }
  })
  const days = periods.map(({ rows: ofPeriod, ...period }): DayUsage => {
    const parts = series.map(() => 0)
    for (const row of ofPeriod) {
      const i = seriesOf.get(row.group)
      if (i !== undefined) parts[i] = (parts[i] ?? 0) + amountOf(row, metric)
    }
    return { ...period, parts }
  })
  const sums = addedSums(periods.map((period) => period.sums))
  return { every, days, series, sums, isEmpty: sums.total_tokens + sums.estimated_tokens === 0 }
}

/** Is an estimate all that is known of a period? */
export function isEstimate({ sums }: Pick<DayUsage, 'sums'>): boolean {
  return sums.total_tokens === 0 && sums.estimated_tokens > 0
}

/** The groups that have anything to draw, the largest first. */
function groupTotals(rows: readonly UsageRow[], metric: Metric): Map<string, number> {
  const totals = new Map<string, number>()
  for (const row of rows) {
    const amount = amountOf(row, metric)
    if (amount > 0) totals.set(row.group, (totals.get(row.group) ?? 0) + amount)
  }
  return new Map([...totals].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)))
}
