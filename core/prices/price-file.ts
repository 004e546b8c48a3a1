import { z } from 'zod'
import { isDay } from '../day.ts'
import { invalid, listBook, type PriceBook } from './price-book.ts'
import { PROMPT_STEPS } from './prompt-steps.ts'

/** How a file of prices is written, and where one is wrong. */

const day = z.string().refine(isDay, 'must be a day such as 2026-03-13')
const usd = z.number().min(0).max(1_000_000)
const rates = z.strictObject({
  input: usd,
  output: usd,
  cache_write_5m: usd,
  cache_write_1h: usd,
  cache_read: usd,
})
export const modelSchema = z.strictObject({
  aliases: z.array(z.string().min(1).max(200)).max(100).default([]),
  us_geo_multiplier: z.number().min(1).max(10).nullable().default(null),
  periods: z
    .array(
      z.strictObject({
        from: day.optional(),
        to: day.optional(),
        rates,
        long_prompt: z
          .strictObject({
            threshold_prompt_tokens: z
              .number()
              .refine((step) => PROMPT_STEPS.includes(step as never), `must be ${PROMPT_STEPS.join(' or ')}`),
            rates,
          })
          .optional(),
        fast: z.strictObject({ rates }).optional(),
        sources: z.string().max(500).default(''),
      }),
    )
    .min(1)
    .max(100),
})
const bookSchema = z.object({
  schema: z.literal(1),
  compiled: day,
  rules: z.object({ web_search_usd_per_request: usd }),
  models: z.record(z.string().min(1).max(200), modelSchema),
})

/** Reads a book of list prices. Throws `invalid-request` with the place of the first thing that is wrong. */
export function parsePriceBook(json: unknown): PriceBook {
  return listBook(parseWith(bookSchema, json, 'price book'))
}

/** As a schema wants it. Throws `invalid-request` that says where and what else. */
export function parseWith<S extends z.ZodType>(schema: S, json: unknown, what: string): z.output<S> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.join('.') || 'the whole'
  throw invalid(`${what}: ${place}: ${issue?.message}`)
}
