import { changeText } from '../../../core/comparison.ts'
import { rangeText, weekdayName } from '../../../core/dates.ts'
import type { Metric } from '../../../core/metric.ts'
import type { AnswerOf, Reports, UsageSums } from '../../../core/report-specs.ts'
import { amountOf } from '../../../core/usage-sums.ts'
import type { Style } from '../../terminal/style.ts'
import type { TableColumn } from '../../terminal/table.ts'
import { printable } from '../../terminal/text.ts'
import { amountText, countText, type NumberOptions } from '../tokens/numbers.ts'
import type { ComparedOptions, RangeQuestion } from './options.ts'

/** A range and the period before it, and what of that is not known. */
export interface Comparison {
  readonly totals: AnswerOf<'totals'>
  readonly before: { readonly totals: AnswerOf<'totals'>; readonly gaps: AnswerOf<'usage'>['gaps'] }
}

export async function askComparison(
  reports: Pick<Reports, 'totals' | 'usage'>,
  question: RangeQuestion,
): Promise<Comparison> {
  const { range, before, filters } = question
  const [totals, totalsBefore, { gaps }] = await Promise.all([
    reports.totals({ ...range, ...filters }),
    reports.totals({ ...before, ...filters }),
    reports.usage({ ...before, ...filters, by: 'none', every: 'month' }),
  ])
  return { totals, before: { totals: totalsBefore, gaps } }
}

/** `12% less than the week before (16.01M).`; empty where there is nothing to compare. */
export function comparisonSentence(
  { totals, before }: Comparison,
  { question, metric }: { readonly question: RangeQuestion; readonly metric: Metric },
  options: NumberOptions,
  style: Style,
): string {
  const isWhole = (row: AnswerOf<'totals'>) =>
    // A period that is known only as an estimate, even in part, has no total to compare with.
    row.estimated_tokens === 0 && (metric !== 'cost' || row.unpriced_tokens === 0)
  const [now, then] = [amountOf(totals, metric), amountOf(before.totals, metric)]
  if (now === 0 || !isWhole(totals) || !isWhole(before.totals)) return ''
  const period = periodBefore(question, style)
  const isKnown = before.gaps.length === 0
  if (then === 0) {
    if (!isKnown) return `What was used ${question.days === 1 ? 'on' : 'in'} ${period} is not known.`
    return `No use ${question.days === 1 ? 'on' : 'in'} ${period}.`
  }
  const amount = amountText(before.totals, metric, options, style)
  const change = changeText(now, then, `${period} (${amount}${isKnown ? '' : ', a part of it not known'})`)
  return `${change.slice(0, 1).toUpperCase()}${change.slice(1)}.`
}

/** What a range is compared with, weekday by weekday. */
function periodBefore({ days, before, today }: RangeQuestion, { signs }: Style): string {
  if (days === 1) return `the ${weekdayName(before.from)} before`
  if (days === 7) return 'the week before'
  if (days % 7 === 0) return `the ${days / 7} weeks before`
  return rangeText(before, today, signs.to)
}

/** What `--compare` adds to a query. */
export function comparing({ compare }: ComparedOptions): { compare?: 'previous' } {
  return compare ? { compare: 'previous' } : {}
}

/** A list beside that of the period before. */
export interface ComparedList<R extends UsageSums> {
  readonly question: RangeQuestion
  readonly rows: readonly R[]
  /** Undefined where nobody asked for it, as are the sums. */
  readonly previous: readonly R[] | undefined
  readonly sums: Comparison | undefined
  /** What tells which rows are the same. */
  readonly keyOf: (row: R) => string
  readonly nameOf: (row: R) => string
}

/** The tokens of each row in the period before. */
export function beforeColumn<R extends UsageSums>(list: ComparedList<R>, options: NumberOptions): TableColumn[] {
  const { rows, previous, keyOf } = list
  if (previous === undefined) return []
  const before = new Map(previous.map((row) => [keyOf(row), row.total_tokens]))
  const cells = rows.map((row) => countText(before.get(keyOf(row)) ?? 0, options))
  return [{ heading: 'BEFORE', cells, align: 'right', rank: 8 }]
}

/** How both periods compare, and what has no row any more. */
export function comparedNotes<R extends UsageSums>(
  list: ComparedList<R>,
  options: NumberOptions,
  style: Style,
): string[] {
  const { question, sums } = list
  if (sums === undefined) return []
  const compared = comparisonSentence(sums, { question, metric: 'tokens' }, options, style)
  return [compared, onlyBefore(list, options, style)].filter((sentence) => sentence !== '')
}

/** So many are named; the others are counted. */
const NAMED = 3

/** `Only before: glm-4.7 (1.20M).` */
function onlyBefore<R extends UsageSums>(list: ComparedList<R>, options: NumberOptions, style: Style): string {
  const { rows, previous = [], keyOf, nameOf } = list
  const now = new Set(rows.map(keyOf))
  const gone = previous.filter((row) => row.total_tokens > 0 && !now.has(keyOf(row)))
  if (gone.length === 0) return ''
  const named = gone
    .slice(0, NAMED)
    .map((row) => `${printable(nameOf(row), style).trim() || 'unknown'} (${countText(row.total_tokens, options)})`)
  const more = gone.length - named.length
  return `Only before: ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')}.`
}
