import { type Picodollars, roundedDivision } from '../money.ts'
import { TOKEN_CLASSES, type TokenCounts } from '../tokens.ts'
import type { Instant, UsageEvent } from '../usage-event.ts'
import { canonicalModel } from './model-name.ts'
import type { ModelPrices, PriceBook, PricePeriod, TokenRates } from './price-book.ts'
import { promptStep, type PromptStep } from './prompt-steps.ts'

/** All that a price depends on. */
export interface PriceQuestion {
  readonly model: string
  /** As events have it: `fast geo:us tier:batch`. */
  readonly variant: string
  readonly occurred_at: Instant
  readonly prompt_step: PromptStep
}

/** What a request costs, and by which rules. */
export interface Rates {
  /** Picodollars per token, all rules applied. */
  readonly tokens: TokenRates
  /** Picodollars per search. */
  readonly web_search: Picodollars
  /** As the price book calls it. */
  readonly model: string
  readonly base: 'standard' | 'fast' | 'long-prompt'
  readonly period: PricePeriod
  readonly multipliers: readonly { readonly rule: 'us-geo' | 'batch'; readonly percent: bigint }[]
  /** What the book has no rule for, as sentences. */
  readonly notes: readonly string[]
}

const BATCH_PERCENT = 50n
const MOST_REMEMBERED = 5000
const remembered = new WeakMap<PriceBook, Map<string, Rates | undefined>>()

/**
 * The rates of a request; undefined where the book knows no price of its model at that time. They hold for the whole of
 * it: a prompt above a step makes every token dearer, not only those above it.
 */
export function ratesOf(book: PriceBook, question: PriceQuestion): Rates | undefined {
  const id = canonicalModel(question.model, book)
  const model = id === undefined ? undefined : book.models.get(id)
  const period = model?.periods.find(
    ({ starts, ends }) => starts <= question.occurred_at && question.occurred_at < ends,
  )
  if (model === undefined || period === undefined) return undefined
  let known = remembered.get(book)
  if (known === undefined) remembered.set(book, (known = new Map()))
  const key = `${model.id} ${period.starts} ${question.prompt_step} ${question.variant}`
  let rates = known.get(key)
  if (rates === undefined) {
    rates = applyRules(book, model, period, question)
    if (known.size < MOST_REMEMBERED) known.set(key, rates)
  }
  const { contract } = book
  return contract?.own.has(model.id) && !saysAll(rates, question, contract.list) ? undefined : rates
}

/**
 * Does a contract's own price say all that the list price makes a difference of? A response in fast mode, in the US or
 * with a long prompt has no contract price, rather than the standard one, where the contract is silent of it.
 */
function saysAll({ base, multipliers }: Rates, question: PriceQuestion, list: PriceBook): boolean {
  const beside = ratesOf(list, question)
  const inUs = (rules: Rates['multipliers']) => rules.some(({ rule }) => rule === 'us-geo')
  const parts = question.variant.split(' ')
  if (parts.includes('fast') && base !== 'fast') return false
  if (parts.includes('geo:us') && !inUs(multipliers) && (beside === undefined || inUs(beside.multipliers))) return false
  return !(beside?.base === 'long-prompt' && base === 'standard')
}

/** The cost of counts that have these rates, exactly. */
export function costOf(counts: TokenCounts & { readonly web_searches: number }, rates: Rates): Picodollars {
  let cost = BigInt(counts.web_searches) * rates.web_search
  for (const name of TOKEN_CLASSES) if (counts[name] > 0) cost += BigInt(counts[name]) * rates.tokens[name]
  return cost
}

/** The cost of one event; undefined where the book has no price for it. */
export function costOfEvent(book: PriceBook, event: UsageEvent): Picodollars | undefined {
  const rates = ratesOf(book, { ...event, prompt_step: promptStep(event) })
  return rates === undefined ? undefined : costOf(event, rates)
}

function applyRules(book: PriceBook, model: ModelPrices, period: PricePeriod, question: PriceQuestion): Rates {
  const notes: string[] = []
  const parts = question.variant.split(' ').filter((part) => part !== '')
  const fast = parts.includes('fast')
  if (fast && period.fast === undefined) notes.push(`No fast price of ${model.id} is known: the standard one was used.`)
  const { base, rates } = baseRates(period, question.prompt_step, fast)
  const multipliers: { rule: 'us-geo' | 'batch'; percent: bigint }[] = []
  for (const part of parts) {
    if (part === 'fast') continue
    if (part === 'geo:us') {
      if (model.us_geo_percent !== undefined) multipliers.push({ rule: 'us-geo', percent: model.us_geo_percent })
    } else if (part === 'tier:batch' && base !== 'fast') {
      multipliers.push({ rule: 'batch', percent: BATCH_PERCENT })
    } else {
      notes.push(`No price rule is known for “${part}”: it was left out.`)
    }
  }
  return {
    tokens: multiplied(rates, multipliers),
    web_search: book.web_search,
    model: model.id,
    base,
    period,
    multipliers,
    notes,
  }
}

/** Fast prices hold for prompts of every length. */
function baseRates(period: PricePeriod, step: PromptStep, fast: boolean): { base: Rates['base']; rates: TokenRates } {
  if (fast && period.fast !== undefined) return { base: 'fast', rates: period.fast }
  const long = period.long_prompt
  if (long !== undefined && step >= long.step) return { base: 'long-prompt', rates: long.rates }
  return { base: 'standard', rates: period.rates }
}

/** Every list price stays whole; one that a discount made finer than a picodollar is rounded, per token. */
function multiplied(rates: TokenRates, multipliers: Rates['multipliers']): TokenRates {
  if (multipliers.length === 0) return rates
  const factor = multipliers.reduce((product, { percent }) => product * percent, 1n)
  const unit = 100n ** BigInt(multipliers.length)
  return Object.fromEntries(TOKEN_CLASSES.map((name) => [name, roundedDivision(rates[name] * factor, unit)])) as Record<
    keyof TokenRates,
    Picodollars
  >
}
