import { dollars, type Picodollars } from './money.ts'

/** What a contract cost is made of. */
export interface ContractSums {
  readonly total_tokens: number
  /** Of day figures, which have no price in any book. */
  readonly reported_tokens: number
  readonly unpriced_tokens: number
  readonly contract_unpriced_tokens: number
  readonly cost: Picodollars
  readonly contract_cost: Picodollars
  /** List price less contract price, of what has both. */
  readonly contract_saving: Picodollars
}

export interface ContractPriced {
  readonly contract: string | null
  readonly contract_unpriced_models: readonly string[]
}

const NAMED = 3

/**
 * What usage costs at contract prices, beside the list price. Two sums of different usage are never set against each
 * other: where one side leaves out what the other prices, only what both price is compared.
 */
export function contractSentences(
  sums: ContractSums,
  { contract, contract_unpriced_models: models }: ContractPriced,
  count: (tokens: number) => string,
): string[] {
  if (contract === null) return []
  const { total_tokens, reported_tokens, unpriced_tokens, contract_unpriced_tokens, cost, contract_cost } = sums
  const missing = contract_unpriced_tokens - reported_tokens
  const amount = (of: Picodollars, left: number) => `${dollars(of)}${left > 0 ? '+' : ''}`
  const paid = amount(contract_cost, contract_unpriced_tokens)
  const areOfTheSame = missing === 0 && unpriced_tokens === reported_tokens
  const isPriced = contract_cost > 0n || contract_unpriced_tokens < total_tokens
  const of = models.length === 0 ? '' : ` of ${listOf(models)}`
  return [
    ...(isPriced
      ? [
          areOfTheSame
            ? `At the prices of ${contract}: ${paid} instead of ${amount(cost, unpriced_tokens)}.`
            : `At the prices of ${contract}: ${paid}; of what has both prices, ${savingText(sums)}.`,
        ]
      : []),
    ...(missing > 0 ? [`+ ${contract} has no price for ${count(missing)} tokens${of}: they are not in its cost.`] : []),
  ]
}

function savingText({ contract_saving }: ContractSums): string {
  if (contract_saving === 0n) return 'as much as the list price'
  const amount = dollars(contract_saving < 0n ? -contract_saving : contract_saving)
  return `${amount} ${contract_saving < 0n ? 'more' : 'less'} than the list price`
}

function listOf(names: readonly string[]): string {
  const more = names.length - NAMED
  return [...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
