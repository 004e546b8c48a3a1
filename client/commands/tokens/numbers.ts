import { compactCount, fullCount, percent } from '../../../core/format.ts'
import type { UsageSums } from '../../../core/report-specs.ts'
import { dollars } from '../../../core/money.ts'
import type { Amounts } from '../../terminal/heatmap.ts'
import type { Style } from '../../terminal/style.ts'
import type { Metric } from '../../../core/metric.ts'
import { costText as costOf, countOf, dividedTokens, type Sums, sumOf } from '../../../core/usage-sums.ts'

/** How numbers are shown: with a unit, or in full where someone asked. */
export interface NumberOptions {
  readonly full?: boolean | undefined
}

/** What a picture is of. */
export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  tokens: 'Tokens',
  cost: 'Cost',
  output: 'Output tokens',
  input: 'Input tokens',
  cache: 'Cache tokens',
  sessions: 'Sessions',
  messages: 'Messages',
}

export function countText(count: number, { full }: NumberOptions): string {
  return full && count > 0 ? fullCount(count) : compactCount(count)
}

/** A count that is only an estimate: `≈3.20M`. */
export function estimateText(count: number, options: NumberOptions, { signs }: Pick<Style, 'signs'>): string {
  return signs.about + countText(count, options)
}

/** What a metric says of a row: `3.55M`, `$5.27`. */
export function amountText(
  row: UsageSums,
  metric: Metric,
  options: NumberOptions,
  style: Pick<Style, 'signs'>,
): string {
  return metric === 'cost' ? rowCostText(row, style) : countText(countOf(row, metric), options)
}

/** `3.55 million`, `997 thousand`, `812`. */
export function spokenCount(count: number, options: NumberOptions): string {
  const text = countText(count, options)
  const unit = UNITS[text.slice(-1)]
  return unit === undefined ? text : `${text.slice(0, -1)} ${unit}`
}

const UNITS: Readonly<Record<string, string>> = { K: 'thousand', M: 'million', B: 'billion', T: 'trillion' }

/** The share of cache reads among the tokens whose classes are known. */
export function cachedShare(sums: Sums): string {
  return percent(sums.cache_read_tokens, dividedTokens(sums))
}

/** The cost of a row of a report, or of sums; a sign stands for what has no price. */
export function rowCostText(row: UsageSums, style: Pick<Style, 'signs'>): string {
  return costText(sumOf([row]), style)
}

export function costText(sums: Sums, { signs }: Pick<Style, 'signs'>): string {
  return costOf(sums, signs.unknown)
}

/** `output tokens`, `sessions`. */
export function metricUnit(metric: Metric): string {
  return metric === 'sessions' || metric === 'messages' ? metric : `${metric === 'tokens' ? '' : `${metric} `}tokens`
}

/** As rows of reports are drawn: money in nanodollars. */
export const PICO_PER_NANO = 1000n

/** How the legend of squares says what a level begins with: `5M`, `$2`, since levels are round. */
export function levelAmounts(metric: Metric): Amounts {
  if (metric !== 'cost') {
    return { amountText: (amount) => compactCount(amount).replace(/\.0+(?=[A-Z])/, ''), unit: metricUnit(metric) }
  }
  const amountText = (amount: number) => dollars(BigInt(Math.round(amount)) * PICO_PER_NANO).replace(/\.00$/, '')
  return { amountText, unit: '' }
}
