import { compactCount, fullCount } from '../../../core/format.ts'
import { type ContractPriced, contractSentences, type ContractSums } from '../../../core/contract-words.ts'
import type { Style } from '../../terminal/style.ts'
import { printable, shorten } from '../../terminal/text.ts'

/** What the cost of a screen is made of. */
export interface Costed extends ContractSums {
  readonly understated_count: number
}

export interface Priced extends ContractPriced {
  readonly unpriced_models: readonly string[]
}

const NAMED = 3
const LONGEST_NAME = 32

/** What every cost on a screen is. */
export const COST_IS = 'Cost = API list price, not a bill; calls never written down are not in it.'

/**
 * What a cost is and what it leaves out, the same words on every screen: it is no bill, Claude Code makes calls that it
 * never writes down, and some usage has no price or was written down unfinished.
 */
export function costSentences(
  costed: Costed,
  { contract, contract_unpriced_models, unpriced_models }: Priced,
  { full }: { readonly full?: boolean | undefined },
  style: Style,
): string[] {
  const { total_tokens, unpriced_tokens, reported_tokens, understated_count } = costed
  if (total_tokens === 0) return []
  const count = (tokens: number) => (full ? fullCount(tokens) : compactCount(tokens))
  const unnamed = unpriced_tokens - reported_tokens
  return [
    COST_IS,
    ...contractSentences(
      costed,
      {
        contract: contract === null ? null : printable(contract, style),
        contract_unpriced_models: contract_unpriced_models.map((model) => nameOf(model, style)),
      },
      count,
    ),
    unnamed > 0
      ? `+ ${listOf(unpriced_models, style)} ${unpriced_models.length > 1 ? 'have' : 'has'} no price: ${count(unnamed)} tokens are not in the cost.`
      : '',
    unpriced_tokens > 0 && reported_tokens > 0
      ? `+ Day totals have no price: ${count(reported_tokens)} tokens are not in the cost.`
      : '',
    understated_count > 0
      ? `${style.signs.warn} ${fullCount(understated_count)} ${understated_count === 1 ? 'response' : 'responses'} of Claude Code 2.1.10 to 2.1.59 were written without their true output: both are too low.`
      : '',
  ].filter((sentence) => sentence !== '')
}

function listOf(models: readonly string[], style: Style): string {
  const named = models.slice(0, NAMED).map((model) => nameOf(model, style))
  const more = models.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function nameOf(model: string, style: Style): string {
  return shorten(printable(model, style) || 'an unnamed model', LONGEST_NAME, style)
}
