import { z } from 'zod'
import { roundedDivision } from '../money.ts'
import { TOKEN_CLASSES } from '../tokens.ts'
import {
  invalid,
  makeBook,
  type ModelPrices,
  modelPrices,
  type PriceBook,
  type PricePeriod,
  type TokenRates,
} from './price-book.ts'
import { modelSchema, parseWith } from './price-file.ts'

const contractSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  discount_percent: z.number().min(0).max(100).default(0),
  web_search_usd_per_request: z.number().min(0).max(1000).optional(),
  models: z.record(z.string().min(1).max(200), modelSchema).default({}),
})

/** Discounts have at most so many decimals. */
const DISCOUNT_UNIT = 10_000n

/**
 * What someone really pays: a discount on the list prices, and prices of their own for the models that the file names.
 * Throws `invalid-request` that says what is wrong.
 */
export function parseContract(json: unknown, list: PriceBook): PriceBook {
  const { name, discount_percent, models, web_search_usd_per_request } = parseWith(contractSchema, json, 'contract')
  const thousandths = Math.round(discount_percent * Number(DISCOUNT_UNIT))
  if (thousandths / Number(DISCOUNT_UNIT) !== discount_percent) {
    throw invalid(`contract: discount_percent: has more than 4 decimals`)
  }
  const paid = { part: 100n * DISCOUNT_UNIT - BigInt(thousandths), of: 100n * DISCOUNT_UNIT }
  const own = Object.entries(models).map(([id, model]) => modelPrices(list.ids.get(id) ?? id, model))
  const named = new Set(own.map(({ id }) => id))
  const discounted = [...list.models.values()].filter(({ id }) => !named.has(id)).map((model) => lowered(model, paid))
  const listAliases = [...list.models.keys()].map((id): [string, string[]] => [
    id,
    [...list.ids].filter(([, of]) => of === id).map(([alias]) => alias),
  ])
  return makeBook({
    name,
    version: list.version,
    contract: { list, own: named },
    models: [...discounted, ...own],
    aliases: [
      ...listAliases,
      ...Object.entries(models).map(([id, { aliases }]) => [list.ids.get(id) ?? id, aliases] as const),
    ],
    web_search:
      web_search_usd_per_request === undefined
        ? list.web_search
        : BigInt(Math.round(web_search_usd_per_request * 1e6)) * 1_000_000n,
  })
}

interface Paid {
  readonly part: bigint
  readonly of: bigint
}

function lowered({ id, us_geo_percent, periods }: ModelPrices, paid: Paid): ModelPrices {
  const rates = (given: TokenRates) =>
    Object.fromEntries(
      TOKEN_CLASSES.map((name) => [name, roundedDivision(given[name] * paid.part, paid.of)]),
    ) as Record<keyof TokenRates, bigint>
  return {
    id,
    us_geo_percent,
    periods: periods.map((period): PricePeriod => ({
      ...period,
      rates: rates(period.rates),
      long_prompt: period.long_prompt && { ...period.long_prompt, rates: rates(period.long_prompt.rates) },
      fast: period.fast && rates(period.fast),
    })),
  }
}
