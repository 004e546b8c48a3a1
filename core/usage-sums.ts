import type { Metric } from './metric.ts'
import { dollars, parseUsd, type Picodollars } from './money.ts'
import type { UsageSums } from './report-specs.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Sums over rows. Sessions of groups cannot be added up, so they are those of the rows, and only for programs. */
export type Sums = Writable<Omit<UsageSums, 'cost_usd' | 'contract_cost_usd' | 'contract_saving_usd'>> & {
  /** Of what has a price. */
  cost: Picodollars
  contract_cost: Picodollars
  /** List price less contract price, of what has both. */
  contract_saving: Picodollars
}

export function sumOf(rows: readonly UsageSums[]): Sums {
  const sums = noSums()
  for (const row of rows) {
    for (const field of SUMMED) sums[field] += row[field]
    sums.cost += parseUsd(row.cost_usd ?? '0')
    sums.contract_cost += parseUsd(row.contract_cost_usd ?? '0')
    sums.contract_saving += parseUsd(row.contract_saving_usd ?? '0')
  }
  return sums
}

/** Sums of sums. */
export function addedSums(parts: readonly Sums[]): Sums {
  const sums = noSums()
  for (const part of parts) {
    for (const field of SUMMED) sums[field] += part[field]
    sums.cost += part.cost
    sums.contract_cost += part.contract_cost
    sums.contract_saving += part.contract_saving
  }
  return sums
}

/** The amount by which a row is drawn. Money is rounded to the nanodollar, which no bar can show. */
export function amountOf(row: UsageSums, metric: Metric): number {
  return metric === 'cost' ? Number(parseUsd(row.cost_usd ?? '0') / 1000n) : countOf(row, metric)
}

/** What a metric counts. */
export function countOf(row: Pick<UsageSums, keyof UsageSums & keyof Sums>, metric: Exclude<Metric, 'cost'>): number {
  switch (metric) {
    case 'tokens':
      return row.total_tokens
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

/** Is there usage, and none of it has a price? An estimate has none, either. */
export function isUnpriced(sums: Sums): boolean {
  if (sums.cost !== 0n) return false
  return sums.total_tokens > 0 ? sums.unpriced_tokens === sums.total_tokens : sums.estimated_tokens > 0
}

/**
 * A cost: `$5.27`; `$5.27+` where a part of the usage has no price, so that it is more; `unknown` where none of it has
 * one; `-` without usage.
 */
export function costText(sums: Sums, unknown: string): string {
  if (isUnpriced(sums)) return unknown
  if (sums.total_tokens === 0 && sums.cost === 0n) return '-'
  return dollars(sums.cost) + (sums.unpriced_tokens > 0 ? '+' : '')
}

/** What of sums is money. */
export const MONEY = ['cost', 'contract_cost', 'contract_saving'] as const
type Money = (typeof MONEY)[number]

/** Every other number of sums. */
export const SUMMED = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'unpriced_tokens',
  'contract_unpriced_tokens',
  'message_count',
  'response_count',
  'session_count',
  'tool_call_count',
  'web_search_count',
  'understated_count',
  'reported_tokens',
  'estimated_tokens',
] as const satisfies readonly Exclude<keyof Sums, Money>[]

export function noSums(): Sums {
  return {
    total_tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    cost: 0n,
    contract_cost: 0n,
    contract_saving: 0n,
    unpriced_tokens: 0,
    contract_unpriced_tokens: 0,
    message_count: 0,
    response_count: 0,
    session_count: 0,
    tool_call_count: 0,
    web_search_count: 0,
    understated_count: 0,
    reported_tokens: 0,
    estimated_tokens: 0,
  }
}
