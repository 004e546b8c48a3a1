import type { Picodollars } from '../../../core/money.ts'
import { costOf, type Rates, ratesOf } from '../../../core/prices/cost.ts'
import { listPrices } from '../../../core/prices/price-book.ts'
import { promptStep } from '../../../core/prices/prompt-steps.ts'
import { TOKEN_CLASSES } from '../../../core/tokens.ts'
import type { UsageEvent } from '../../../core/usage-event.ts'

/**
 * What ccusage's rule of price makes of a response: the latest price of its model, whatever day it was; fast mode, and
 * neither region, batch nor searches; above 200,000 tokens of a class only those above are dearer. Undefined where no
 * price is known here.
 */
export function costByCcusage(event: UsageEvent, now: number): Picodollars | undefined {
  const isFast = event.variant.split(' ').includes('fast')
  const latest = latestRates(event.model, isFast, now)
  if (latest === undefined) return undefined
  let cost = costOf({ ...event, web_searches: 0 }, latest)
  const { long_prompt } = latest.period
  if (long_prompt?.threshold === STEP && !isFast) {
    for (const name of TOKEN_CLASSES) {
      const above = Math.max(0, event[name] - STEP)
      cost += BigInt(above) * (long_prompt.rates[name] - latest.period.rates[name])
    }
  }
  return cost
}

const STEP = 200_000

function latestRates(model: string, isFast: boolean, now: number): Rates | undefined {
  return ratesOf(listPrices(), { model, variant: isFast ? 'fast' : '', occurred_at: now, prompt_step: 0 })
}

/** Rules of price that hold for a response and that ccusage does not know. */
export type PriceRule = 'long-prompt' | 'us' | 'batch' | 'price-of-its-day'

export function priceRulesOf(event: UsageEvent, now: number): PriceRule[] {
  const rates = ratesOf(listPrices(), { ...event, prompt_step: promptStep(event) })
  if (rates === undefined) return []
  const latest = latestRates(event.model, event.variant.split(' ').includes('fast'), now)
  return [
    ...(rates.base === 'long-prompt' ? (['long-prompt'] as const) : []),
    ...rates.multipliers.map(({ rule }) => (rule === 'us-geo' ? ('us' as const) : rule)),
    ...(latest !== undefined && latest.period !== rates.period ? (['price-of-its-day'] as const) : []),
  ]
}
