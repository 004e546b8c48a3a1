import type { Picodollars } from '../money.ts'
import { parseUsd } from '../money.ts'
import { Problem } from '../problem.ts'
import { TOKEN_CLASSES, type TokenClass } from '../tokens.ts'
import type { Instant } from '../usage-event.ts'
import bundled from './claude-prices.json' with { type: 'json' }
import { PROMPT_STEPS, type PromptStep } from './prompt-steps.ts'

/** Picodollars per token, by class. */
export type TokenRates = Readonly<Record<TokenClass, Picodollars>>

/** A model's prices from one instant to another. */
export interface PricePeriod {
  /** First and last day (UTC), included; undefined for an open end. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly starts: Instant
  readonly ends: Instant
  readonly rates: TokenRates
  /** For the whole request, when its prompt is in this step or a higher one. */
  readonly long_prompt:
    | { readonly step: PromptStep; readonly threshold: number; readonly rates: TokenRates }
    | undefined
  readonly fast: TokenRates | undefined
  readonly sources: string
}

export interface ModelPrices {
  readonly id: string
  /** In hundredths, so that it is whole; undefined where the region makes no difference. */
  readonly us_geo_percent: bigint | undefined
  readonly periods: readonly PricePeriod[]
}

export interface PriceBook {
  /** What its prices are called: `API list price`, or a contract's name. */
  readonly name: string
  readonly version: string
  /** By canonical id. */
  readonly models: ReadonlyMap<string, ModelPrices>
  /** Every id and alias → canonical id. */
  readonly ids: ReadonlyMap<string, string>
  /** Picodollars per search. */
  readonly web_search: Picodollars
  /** Of a contract: the list prices beside it, and the models of which it says its own. */
  readonly contract?: { readonly list: PriceBook; readonly own: ReadonlySet<string> }
}

/** What a file says of one model: prices in dollars per million tokens, of days from `from` to `to`. */
export interface ModelInput {
  readonly aliases?: readonly string[]
  readonly us_geo_multiplier?: number | null
  readonly periods: readonly PeriodInput[]
}

interface PeriodInput {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly rates: RatesInput
  readonly long_prompt?: { readonly threshold_prompt_tokens: number; readonly rates: RatesInput } | undefined
  readonly fast?: { readonly rates: RatesInput } | undefined
  readonly sources?: string
}

type RatesInput = Readonly<Record<'input' | 'output' | 'cache_write_5m' | 'cache_write_1h' | 'cache_read', number>>

export interface BookInput {
  readonly compiled: string
  readonly rules: { readonly web_search_usd_per_request: number }
  readonly models: Readonly<Record<string, ModelInput>>
}

let made: PriceBook | undefined

/**
 * The list prices of Anthropic's API that come with the program; docs/prices.md tells their sources. A test holds the
 * file to the schema, so that no start has to.
 */
export function listPrices(): PriceBook {
  return (made ??= listBook(bundled))
}

/** A book of list prices. Throws `invalid-request` as {@link makeBook} and {@link modelPrices} do. */
export function listBook(book: BookInput): PriceBook {
  return makeBook({
    name: 'API list price',
    version: book.compiled,
    models: Object.entries(book.models).map(([id, model]) => modelPrices(id, model)),
    aliases: Object.entries(book.models).map(([id, { aliases = [] }]) => [id, aliases]),
    web_search: perUnit(book.rules.web_search_usd_per_request),
  })
}

/** A book of models. Throws `invalid-request` where a name stands for two models. */
export function makeBook({
  models,
  aliases,
  ...book
}: Pick<PriceBook, 'name' | 'version' | 'web_search' | 'contract'> & {
  readonly models: readonly ModelPrices[]
  readonly aliases: readonly (readonly [id: string, aliases: readonly string[]])[]
}): PriceBook {
  const ids = new Map<string, string>(models.map(({ id }) => [id, id]))
  for (const [id, names] of aliases) {
    for (const name of names) {
      if ((ids.get(name) ?? id) !== id) throw invalid(`${name} names two models, ${id} and ${ids.get(name)}`)
      ids.set(name, id)
    }
  }
  return { ...book, models: new Map(models.map((model) => [model.id, model])), ids }
}

/** A model's prices as a file has them. Throws `invalid-request` for periods that overlap or end before they start. */
export function modelPrices(id: string, { us_geo_multiplier = null, periods }: ModelInput): ModelPrices {
  const read = periods.map((period): PricePeriod => ({
    from: period.from,
    to: period.to,
    starts: period.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${period.from}T00:00:00Z`),
    ends: period.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${period.to}T00:00:00Z`) + DAY_MS,
    rates: tokenRates(period.rates),
    long_prompt: period.long_prompt && {
      step: (PROMPT_STEPS.indexOf(period.long_prompt.threshold_prompt_tokens as never) + 1) as PromptStep,
      threshold: period.long_prompt.threshold_prompt_tokens,
      rates: tokenRates(period.long_prompt.rates),
    },
    fast: period.fast && tokenRates(period.fast.rates),
    sources: period.sources ?? '',
  }))
  const ordered = read.toSorted((a, b) => a.starts - b.starts)
  for (const [i, { from, to, starts, ends }] of ordered.entries()) {
    if (starts >= ends) throw invalid(`${id}: a period ends (${to}) before it starts (${from})`)
    if (i > 0 && (ordered[i - 1] as PricePeriod).ends > starts)
      throw invalid(`${id}: two periods overlap at ${from ?? to}`)
  }
  const us_geo_percent = us_geo_multiplier === null ? undefined : BigInt(Math.round(us_geo_multiplier * 100))
  return { id, us_geo_percent, periods: ordered }
}

const DAY_MS = 86_400_000

/** The instants at which any price of the books changes, ascending: between two of them a price is one number. */
export function priceBoundaries(books: readonly PriceBook[]): Instant[] {
  const instants = new Set<Instant>()
  for (const { models } of books) {
    for (const { periods } of models.values()) {
      for (const { starts, ends } of periods) for (const at of [starts, ends]) if (Number.isFinite(at)) instants.add(at)
    }
  }
  return [...instants].toSorted((a, b) => a - b)
}

export function invalid(what: string): Problem {
  return new Problem('invalid-request', `These prices cannot be used: ${what}.`, {
    hint: 'docs/prices.md describes the file.',
  })
}

/** Dollars per million tokens are microdollars per token, and so 10⁶ picodollars each. */
function tokenRates(given: RatesInput): TokenRates {
  const perToken = (price: number) => perUnit(price) / 1_000_000n
  const rate: Readonly<Record<TokenClass, Picodollars>> = {
    input_tokens: perToken(given.input),
    output_tokens: perToken(given.output),
    cache_read_tokens: perToken(given.cache_read),
    cache_write_5m_tokens: perToken(given.cache_write_5m),
    cache_write_1h_tokens: perToken(given.cache_write_1h),
  }
  return Object.fromEntries(TOKEN_CLASSES.map((name) => [name, rate[name]])) as TokenRates
}

/** A price of a file, where it is a decimal of at most six places. */
function perUnit(price: number): Picodollars {
  return parseUsd(price.toFixed(6))
}
