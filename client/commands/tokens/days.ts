import { calendarSpans, type Every, localDay } from '../../../core/calendar.ts'
import type { Day } from '../../../core/day.ts'
import { parseUsd, type Picodollars } from '../../../core/money.ts'
import type { AnswerOf, UsageRow, UsageSums } from '../../../core/report-specs.ts'
import type { Fill } from '../../terminal/bars.ts'
import type { Metric } from './metric.ts'
import { groupNames } from './names.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Sums over rows. Sessions of groups cannot be added up, so they are those of the rows, and only for programs. */
export type Sums = Writable<Omit<UsageSums, 'cost_usd' | 'contract_cost_usd'>> & {
  /** Of what has a price. */
  cost: Picodollars
  contract_cost: Picodollars
}

/** A stretch of each bar: a group, or all those that are too many to be told apart. */
export interface Series {
  readonly name: string
  readonly fill: Fill
  readonly total: number
}

/** One row of the graph. */
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
export interface DrawnUsage {
  readonly every: Every
  readonly days: readonly DayUsage[]
  readonly series: readonly Series[]
  readonly sums: Sums
  /** Is there neither a count nor an estimate? */
  readonly isEmpty: boolean
}

/** Three series are all that stay apart on every background; the fourth stands for what is left. */
const FILLS = ['first', 'second', 'third', 'other'] as const

export function drawnUsage(answer: AnswerOf<'usage'>, metric: Metric = 'tokens'): DrawnUsage {
  const { from, to, tz, by, every, rows } = answer
  const byStart = Map.groupBy(rows, ({ starts }) => Date.parse(starts))
  const largest = groupTotals(rows, metric)
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
  const days = calendarSpans(every, from, to, tz).map(({ label, starts, ends }): DayUsage => {
    const ofPeriod = byStart.get(starts) ?? []
    const parts = series.map(() => 0)
    for (const row of ofPeriod) {
      const i = seriesOf.get(row.group)
      if (i !== undefined) parts[i] = (parts[i] ?? 0) + amountOf(row, metric)
    }
    return { date: localDay(starts, tz), label, starts, ends, sums: sumOf(ofPeriod), parts }
  })
  const sums = sumOf(rows)
  return { every, days, series, sums, isEmpty: sums.total_tokens + sums.estimated_tokens === 0 }
}

export function sumOf(rows: readonly UsageSums[]): Sums {
  const sums = noSums()
  for (const row of rows) {
    for (const field of COUNTS) sums[field] += row[field]
    sums.cost += parseUsd(row.cost_usd ?? '0')
    sums.contract_cost += parseUsd(row.contract_cost_usd ?? '0')
  }
  return sums
}

/** The amount by which a row is drawn. Money is rounded to the nanodollar, which no bar can show. */
export function amountOf(row: UsageSums, metric: Metric): number {
  switch (metric) {
    case 'tokens':
      return row.total_tokens
    case 'cost':
      return Number(parseUsd(row.cost_usd ?? '0') / 1000n)
    case 'output':
      return row.output_tokens
    case 'input':
      return row.input_tokens
    case 'cache':
      return row.cache_read_tokens + row.cache_creation_tokens
    case 'sessions':
      return row.session_count
    case 'messages':
      return row.message_count
  }
}

/** Tokens that are divided into classes: an original client may tell only their sum. */
export function dividedTokens(sums: Sums): number {
  return sums.input_tokens + sums.output_tokens + sums.cache_read_tokens + sums.cache_creation_tokens
}

/** Is an estimate all that is known of a period? */
export function isEstimate({ sums }: Pick<DayUsage, 'sums'>): boolean {
  return sums.total_tokens === 0 && sums.estimated_tokens > 0
}

/** Is there usage, and none of it has a price? */
export function isUnpriced(sums: Sums): boolean {
  return sums.cost === 0n && sums.total_tokens > 0 && sums.unpriced_tokens === sums.total_tokens
}

const COUNTS = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'unpriced_tokens',
  'message_count',
  'response_count',
  'session_count',
  'tool_call_count',
  'web_search_count',
  'understated_count',
  'reported_tokens',
  'estimated_tokens',
] as const satisfies readonly (keyof Sums)[]

function noSums(): Sums {
  return {
    ...(Object.fromEntries(COUNTS.map((field) => [field, 0])) as Omit<Sums, 'cost' | 'contract_cost'>),
    cost: 0n,
    contract_cost: 0n,
  }
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
