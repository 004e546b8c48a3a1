import { addDays, dayNumber, type Day } from '../../../core/day.ts'
import type { AnswerOf, UsageRow } from '../../../core/report-specs.ts'
import type { Fill } from '../../terminal/bars.ts'
import { groupNames } from './names.ts'

/** Sums of token counts over rows. */
export interface Sums {
  total_tokens: number
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_creation_tokens: number
  cache_write_5m_tokens: number
  cache_write_1h_tokens: number
  /** The part of the total that original clients told as day totals. */
  reported_tokens: number
  /** Known only as an estimate, and in no total. */
  estimated_tokens: number
}

const SUMMED = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'reported_tokens',
  'estimated_tokens',
] as const satisfies readonly (keyof Sums)[]

/** A stretch of each bar: a group, or all those that are too many to be told apart. */
export interface Series {
  readonly name: string
  readonly fill: Fill
  readonly total: number
}

export interface DayUsage {
  readonly date: Day
  readonly sums: Sums
  /** Tokens of each series, in their order. */
  readonly parts: readonly number[]
}

/** An answer as it is drawn: every day of the range, those without use too. */
export interface DrawnUsage {
  readonly days: readonly DayUsage[]
  readonly series: readonly Series[]
  readonly sums: Sums
  /** Is there neither a count nor an estimate? */
  readonly isEmpty: boolean
}

/** Three series are all that stay apart on every background; the fourth stands for what is left. */
const FILLS = ['first', 'second', 'third', 'other'] as const

export function drawnUsage({ from, to, by, rows }: AnswerOf<'usage'>): DrawnUsage {
  const byDay = Map.groupBy(rows, ({ date }) => date)
  const largest = groupTotals(rows)
  const names = groupNames(largest.keys(), by)
  const seriesOf = new Map([...largest.keys()].map((group, i) => [group, Math.min(i, FILLS.length - 1)]))
  const series = FILLS.slice(0, largest.size).map((fill, i): Series => {
    const members = [...largest].filter(([group]) => seriesOf.get(group) === i)
    const [only] = members
    return {
      name: members.length === 1 && only !== undefined ? (names.get(only[0]) ?? '') : `other (${members.length})`,
      fill,
      total: members.reduce((sum, [, total]) => sum + total, 0),
    }
  })
  const days = daysOf({ from, to }).map((date): DayUsage => {
    const dayRows = byDay.get(date) ?? []
    const parts = series.map(() => 0)
    for (const { group, total_tokens } of dayRows) {
      const i = seriesOf.get(group)
      if (i !== undefined) parts[i] = (parts[i] ?? 0) + total_tokens
    }
    return { date, sums: sumOf(dayRows), parts }
  })
  const sums = sumOf(days.map((day) => day.sums))
  return { days, series, sums, isEmpty: sums.total_tokens + sums.estimated_tokens === 0 }
}

export function sumOf(rows: readonly Pick<UsageRow, (typeof SUMMED)[number]>[]): Sums {
  const sums = Object.fromEntries(SUMMED.map((field) => [field, 0])) as unknown as Sums
  for (const row of rows) for (const field of SUMMED) sums[field] += row[field]
  return sums
}

/** Every day of a range, those without use too. */
export function daysOf({ from, to }: { from: Day; to: Day }): Day[] {
  return Array.from({ length: dayNumber(to) - dayNumber(from) + 1 }, (_, i) => addDays(from, i))
}

/** Tokens that are divided into classes: an original client may tell only their sum. */
export function dividedTokens(sums: Sums): number {
  return sums.input_tokens + sums.output_tokens + sums.cache_read_tokens + sums.cache_creation_tokens
}

/** Is an estimate all that is known of a day? */
export function isEstimate({ sums }: DayUsage): boolean {
  return sums.total_tokens === 0 && sums.estimated_tokens > 0
}

/** The groups that have tokens, the largest first. */
function groupTotals(rows: readonly UsageRow[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { group, total_tokens } of rows) {
    if (total_tokens > 0) totals.set(group, (totals.get(group) ?? 0) + total_tokens)
  }
  return new Map([...totals].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)))
}
