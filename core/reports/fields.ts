import { z } from 'zod'
import { isDay } from '../day.ts'

/** The fields that reports share. One thing has one name in all of them, and in every file and screen made of them. */

export const day = z
  .string()
  .refine(isDay, 'must be a day such as 2026-11-01')
  .meta({ format: 'date', description: 'A calendar day, YYYY-MM-DD.' })
export const count = z.number().int().min(0)
export const instant = z.iso.datetime().meta({ description: 'UTC.' })
const dollars = z
  .string()
  .regex(/^\d+(?:\.\d{1,12})?$/)
  .meta({ description: 'US dollars as an exact decimal.' })
const signedDollars = z.string().regex(/^-?\d+(?:\.\d{1,12})?$/)

/** What every row of usage counts. Token counts are exact, from events, but for the part that is named reported. */
export const usage = {
  total_tokens: count.meta({ description: 'All token classes together, `estimated_tokens` not included.' }),
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_creation_tokens: count.meta({ description: 'Cache writes, 5-minute and 1-hour together.' }),
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  cost_usd: dollars.nullable().meta({
    description:
      'At API list price, of all that has one: an estimate of worth, not a bill. Null where there is usage and none has, and where there is only an estimate of it.',
  }),
  contract_cost_usd: dollars
    .nullable()
    .meta({ description: 'The same at the contract prices that are set; null without any.' }),
  contract_saving_usd: signedDollars.nullable().meta({
    description: 'cost_usd less contract_cost_usd, of only that usage that has both; null without contract prices.',
  }),
  unpriced_tokens: count.meta({ description: 'The part of total_tokens that cost_usd leaves out.' }),
  contract_unpriced_tokens: count.meta({
    description: 'The part of total_tokens that contract_cost_usd leaves out; 0 without contract prices.',
  }),
  message_count: count.meta({ description: 'Prompts and responses.' }),
  response_count: count,
  session_count: count,
  tool_call_count: count,
  web_search_count: count,
  understated_count: count.meta({
    description: 'Responses of which Claude Code 2.1.10 to 2.1.59 wrote only a placeholder of their output.',
  }),
  reported_tokens: count.meta({
    description: 'The part of total_tokens that day figures of original clients or imports tell, not events.',
  }),
  estimated_tokens: count.meta({
    description:
      'Known only from stats-cache.json, for days without any event; about twice too high, and never in total_tokens.',
  }),
}

/** Which prices were used, for every answer with a cost. */
export const pricing = {
  price_book: z.string().meta({ description: 'Version of the list prices.' }),
  contract: z.string().nullable().meta({ description: 'Name of the contract prices; null without any.' }),
  unpriced_models: z.array(z.string()).meta({ description: 'Models in this answer of which no price is known.' }),
  contract_unpriced_models: z
    .array(z.string())
    .meta({ description: 'Models of which the contract does not say all prices; empty without contract prices.' }),
}

/** How well a machine's day is known. */
export const COVERAGE_STATES = ['complete', 'open', 'partial', 'estimated', 'missing'] as const
export type CoverageState = (typeof COVERAGE_STATES)[number]

export const coverageState = z.enum(COVERAGE_STATES).meta({
  description:
    'complete: read after its end, before Claude Code deleted any of it. open: not over, or not read since. ' +
    'partial: has events, but was read only when some may have been deleted. estimated: day figures only. ' +
    'missing: never read before its deletion, so what happened on it is not known, if anything did.',
})

const gap = z.object({
  from: day,
  to: day,
  machine: z.string(),
  hostname: z.string(),
  state: z.enum(['partial', 'missing']),
})

/** Of what days an answer is not complete. An empty day and a missing one are different things. */
export const gaps = {
  gaps: z.array(gap).meta({ description: 'Stretches of days of machines that are missing or partial, in this range.' }),
}

export const range = { from: day, to: day, tz: z.string() }
/** Null for all time. */
export const optionalRange = { from: day.nullable(), to: day.nullable(), tz: z.string() }

export const nextCursor = {
  next_cursor: z.string().nullable().meta({ description: 'For the next page; null on the last.' }),
}
