import { compactCount } from '../core/format.ts'
import type { Metric } from '../core/metric.ts'
import { dollars } from '../core/money.ts'
import type { UsageSums } from '../core/report-specs.ts'
import { costText, sumOf } from '../core/usage-sums.ts'

/** Amounts of a metric as text. Money is drawn in nanodollars, as `amountOf` makes them. */

export const METRIC_TITLES: Readonly<Record<Metric, string>> = {
  tokens: 'Tokens',
  cost: 'Cost at list price',
  output: 'Output tokens',
  input: 'Input tokens',
  cache: 'Cache tokens',
  sessions: 'Sessions',
  messages: 'Messages',
}

const PICO_PER_NANO = 1000n

/** `3.55M`, `$5.27`; `-` for none. */
export function amountText(metric: Metric, amount: number): string {
  if (metric !== 'cost') return compactCount(amount)
  return amount === 0 ? '-' : dollars(BigInt(Math.round(amount)) * PICO_PER_NANO)
}

/** The same in a sentence: `3.55M tokens`, `$5.27`, `no tokens`. */
export function amountWords(metric: Metric, amount: number): string {
  const unit = { sessions: 'sessions', messages: 'messages', cost: '' }[metric as string] ?? 'tokens'
  if (amount === 0) return metric === 'cost' ? 'no cost' : `no ${unit}`
  return [amountText(metric, amount), unit].filter(Boolean).join(' ')
}

/** For an axis, where zero is a place: `0`, `2M`, `$1.50`. */
export function tickText(metric: Metric, amount: number): string {
  if (amount === 0) return '0'
  const text = amountText(metric, amount)
  return metric === 'cost'
    ? text.replace(/\.00$/, '')
    : text.replace(/\.(\d*?)0+(?=[A-Z]|$)/, (_, rest: string) => (rest === '' ? '' : `.${rest}`))
}

/** The cost of a row: `$5.27`, `$5.27+` where a part has no price, `no price`, `-`. */
export function costOf(row: UsageSums): string {
  return costText(sumOf([row]), 'no price')
}
