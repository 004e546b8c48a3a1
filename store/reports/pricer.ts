import { hash } from 'node:crypto'
import { serialize } from 'node:v8'
import type { Picodollars } from '../../core/money.ts'
import { costOf, type Rates, ratesOf } from '../../core/prices/cost.ts'
import { type PriceBook, priceBoundaries } from '../../core/prices/price-book.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import type { Prices } from './context.ts'

export type PricedCounts = TokenCounts & { readonly web_searches: number }

/** Everything that a price depends on, as the rollup keeps it. */
export interface PriceKey {
  readonly model: string
  readonly variant: string
  readonly prompt_step: number
  /** Which of the stretches between price changes, from 0. */
  readonly era: number
}

export interface Cost {
  /** Undefined where no price is known. */
  readonly list: Picodollars | undefined
  readonly contract: Picodollars | undefined
}

/** Another text for other prices. */
export function fingerprintOf({ list, contract }: Prices): string {
  return hash('sha256', serialize([list, contract]), 'base64url')
}

/**
 * Prices sums of events that agree in all that a price depends on. Prices are whole numbers per token, so the price of
 * such a sum is the sum of the events' prices, to the last digit.
 */
export class Pricer {
  /** Models that were asked for and have no list price. */
  readonly unpriced = new Set<string>()
  /** Models of which the contract does not say all prices that were asked for. */
  readonly contractUnpriced = new Set<string>()
  /** When any price changes, ascending. */
  readonly boundaries: readonly number[]
  readonly hasContract: boolean
  readonly #prices: Prices

  constructor(prices: Prices) {
    this.#prices = prices
    this.hasContract = prices.contract !== undefined
    const { list, contract } = prices
    this.boundaries = priceBoundaries(contract === undefined ? [list] : [list, contract])
  }

  cost(key: PriceKey, counts: PricedCounts): Cost {
    const { list, contract } = this.#prices
    return {
      list: this.#cost(list, key, counts),
      contract: contract === undefined ? undefined : this.#cost(contract, key, counts),
    }
  }

  /** Which prices were used, as answers say it. */
  said(): Pick<AnswerOf<'daily'>, 'price_book' | 'contract' | 'unpriced_models' | 'contract_unpriced_models'> {
    const { list, contract } = this.#prices
    return {
      price_book: list.version,
      contract: contract?.name ?? null,
      unpriced_models: [...this.unpriced].toSorted(),
      contract_unpriced_models: [...this.contractUnpriced].toSorted(),
    }
  }

  /** The list prices that hold for a key, with the rules behind them; undefined where there are none. */
  rates(key: PriceKey): Rates | undefined {
    return this.#rates(this.#prices.list, key)
  }

  #rates(book: PriceBook, { model, variant, prompt_step, era }: PriceKey): Rates | undefined {
    const occurred_at = era === 0 ? 0 : (this.boundaries[era - 1] as number)
    return ratesOf(book, { model, variant, occurred_at, prompt_step: prompt_step as 0 | 1 | 2 })
  }

  #cost(book: PriceBook, key: PriceKey, counts: PricedCounts) {
    const rates = this.#rates(book, key)
    return rates === undefined ? undefined : costOf(counts, rates)
  }
}
