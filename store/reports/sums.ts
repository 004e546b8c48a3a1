import { type DayFigure, isEstimate } from '../../core/day-figure.ts'
import { type Picodollars, usdText } from '../../core/money.ts'
import type { UsageSums } from '../../core/report-specs.ts'
import { TOKEN_CLASSES, totalTokens } from '../../core/tokens.ts'
import { type Sums } from '../../core/usage-sums.ts'
import type { PricedPart } from './day-usage.ts'
import type { Pricer } from './pricer.ts'

/** Who is told of models without a price. */
export type Told = Pick<Pricer, 'hasContract' | 'unpriced' | 'contractUnpriced'>

/**
 * Adds a sum of events: exact. Sessions are counted elsewhere, since they cannot be added. Models without a price are
 * told.
 */
export function addSlice(sums: Sums, slice: PricedPart, pricer: Told): void {
  const total = totalTokens(slice)
  for (const name of TOKEN_CLASSES) sums[name] += slice[name]
  sums.cache_creation_tokens += slice.cache_write_5m_tokens + slice.cache_write_1h_tokens
  sums.total_tokens += total
  sums.message_count += slice.responses + slice.prompts
  sums.response_count += slice.responses
  sums.tool_call_count += slice.tool_calls
  sums.web_search_count += slice.web_searches
  sums.understated_count += slice.understated
  if (total === 0 && slice.web_searches === 0) return
  const { list, contract } = slice.cost
  sums.cost += list ?? 0n
  sums.contract_cost += contract ?? 0n
  if (list === undefined) {
    sums.unpriced_tokens += total
    pricer.unpriced.add(slice.price.model)
  }
  if (!pricer.hasContract) return
  if (contract === undefined) {
    sums.contract_unpriced_tokens += total
    pricer.contractUnpriced.add(slice.price.model)
  } else if (list !== undefined) sums.contract_saving += list - contract
}

type FigureTokens = Omit<DayFigure, 'date' | 'model' | 'machine'>

/**
 * Adds a day figure. What an original client reported, or an import brought, is all that there is of its machine and
 * day and counts, named as reported; a stats-cache figure is an estimate and stays beside the total. Neither is
 * divided as a price needs it, so neither has one.
 */
export function addFigure(sums: Sums, figure: FigureTokens): void {
  if (isEstimate(figure)) {
    sums.estimated_tokens += figure.total_tokens
    return
  }
  sums.input_tokens += figure.input_tokens
  sums.output_tokens += figure.output_tokens
  sums.cache_read_tokens += figure.cache_read_tokens
  sums.cache_creation_tokens += figure.cache_creation_tokens
  // Such figures do not divide cache writes; 5 minutes is what an undivided write is taken for everywhere.
  sums.cache_write_5m_tokens += figure.cache_creation_tokens
  sums.total_tokens += figure.total_tokens
  sums.reported_tokens += figure.total_tokens
  sums.unpriced_tokens += figure.total_tokens
  sums.contract_unpriced_tokens += figure.total_tokens
}

/** Adds sums, but for their sessions: two may share some. Field by field, since a year is some ten thousand of them. */
export function addSums(to: Sums, from: Readonly<Sums>): void {
  to.total_tokens += from.total_tokens
  to.input_tokens += from.input_tokens
  to.output_tokens += from.output_tokens
  to.cache_read_tokens += from.cache_read_tokens
  to.cache_creation_tokens += from.cache_creation_tokens
  to.cache_write_5m_tokens += from.cache_write_5m_tokens
  to.cache_write_1h_tokens += from.cache_write_1h_tokens
  to.cost += from.cost
  to.contract_cost += from.contract_cost
  to.contract_saving += from.contract_saving
  to.unpriced_tokens += from.unpriced_tokens
  to.contract_unpriced_tokens += from.contract_unpriced_tokens
  to.message_count += from.message_count
  to.response_count += from.response_count
  to.tool_call_count += from.tool_call_count
  to.web_search_count += from.web_search_count
  to.understated_count += from.understated_count
  to.reported_tokens += from.reported_tokens
  to.estimated_tokens += from.estimated_tokens
}

/** The sums as a row has them. A cost is null where there is usage, or an estimate, and none of it has a price: unknown is not $0. */
export function usageOf(sums: Sums, { hasContract }: { hasContract: boolean }): UsageSums {
  const { cost, contract_cost, contract_saving, contract_unpriced_tokens } = sums
  return {
    total_tokens: sums.total_tokens,
    input_tokens: sums.input_tokens,
    output_tokens: sums.output_tokens,
    cache_read_tokens: sums.cache_read_tokens,
    cache_creation_tokens: sums.cache_creation_tokens,
    cache_write_5m_tokens: sums.cache_write_5m_tokens,
    cache_write_1h_tokens: sums.cache_write_1h_tokens,
    unpriced_tokens: sums.unpriced_tokens,
    message_count: sums.message_count,
    response_count: sums.response_count,
    session_count: sums.session_count,
    tool_call_count: sums.tool_call_count,
    web_search_count: sums.web_search_count,
    understated_count: sums.understated_count,
    reported_tokens: sums.reported_tokens,
    estimated_tokens: sums.estimated_tokens,
    cost_usd: isUnknown(sums, sums.unpriced_tokens, cost) ? null : usdText(cost),
    contract_cost_usd:
      !hasContract || isUnknown(sums, contract_unpriced_tokens, contract_cost) ? null : usdText(contract_cost),
    contract_saving_usd: hasContract ? usdText(contract_saving) : null,
    contract_unpriced_tokens: hasContract ? contract_unpriced_tokens : 0,
  }
}

function isUnknown({ total_tokens, estimated_tokens }: Sums, unpriced: number, cost: Picodollars): boolean {
  if (cost !== 0n) return false
  return total_tokens > 0 ? unpriced === total_tokens : estimated_tokens > 0
}

/** The largest first, then by name. */
export function bySize<R extends Pick<UsageSums, 'total_tokens' | 'estimated_tokens'>>(
  name: (row: R) => string,
): (a: R, b: R) => number {
  return (a, b) =>
    b.total_tokens - a.total_tokens || b.estimated_tokens - a.estimated_tokens || (name(a) < name(b) ? -1 : 1)
}
