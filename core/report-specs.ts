import { z } from 'zod'
import { isTimeZone } from './calendar.ts'
import { isDay } from './day.ts'
import { GROUPINGS } from './grouping.ts'
import { MAX_DAYS } from './range.ts'

/**
 * Every report, declared once. Route, validation, HTTP client, OpenAPI entry and types follow from this table; the SQL
 * side does not compile until a new report is answered.
 */

const day = z
  .string()
  .refine(isDay, 'must be a day such as 2026-11-01')
  .meta({ format: 'date', description: 'A calendar day, YYYY-MM-DD.' })
const count = z.number().int().min(0)
const instant = z.iso.datetime().meta({ description: 'UTC.' })

const rangeQuery = z.strictObject({
  days: z.int().min(1).max(MAX_DAYS).optional().meta({ description: 'So many days, ending at `to` or today.' }),
  from: day.optional().meta({ description: 'First day, included. Wins over `days`.' }),
  to: day.optional().meta({ description: 'Last day, included. Today by default.' }),
  tz: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
    .optional()
    .meta({ description: "IANA time zone whose days are meant. The server's own by default." }),
})

const usageQuery = rangeQuery.extend({
  by: z
    .enum(GROUPINGS)
    .default('model')
    .meta({ description: 'What each day is divided by; `type` is the token class.' }),
})

const range = { from: day, to: day, tz: z.string() }

/** Exact counts, from events; `reported_tokens` is the part that only an original client's day figures tell. */
const tokens = {
  total_tokens: count.meta({ description: 'All token classes together, `estimated_tokens` not included.' }),
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_creation_tokens: count.meta({ description: 'Cache writes, 5-minute and 1-hour together.' }),
}
const provenance = {
  reported_tokens: count.meta({
    description:
      'The part of total_tokens that comes from protocol 1: day totals of an original client, not deduplicated.',
  }),
  estimated_tokens: count.meta({
    description:
      'Known only from stats-cache.json, for days without any event; about twice too high, and never in total_tokens.',
  }),
}

const dailyRow = z.object({
  date: day,
  ...tokens,
  message_count: count.meta({ description: 'Prompts and responses.' }),
  session_count: count,
  tool_call_count: count,
  machines: z.array(z.string()).meta({ description: 'Hostnames of the machines in this row.' }),
  ...provenance,
  estimated_message_count: count,
  estimated_session_count: count,
  estimated_tool_call_count: count,
})

const usageRow = z.object({
  date: day,
  group: z.string().meta({ description: 'Model, hostname, project or token class; empty where unknown.' }),
  ...tokens,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  response_count: count,
  session_count: count,
  ...provenance,
})

const machineRow = z.object({
  hostname: z.string(),
  first_seen: instant,
  last_sync: instant,
  is_active: z.boolean(),
  machine: z.string().meta({ description: 'The machine’s own id; the hostname is only its label.' }),
  event_count: count,
})

const modelRow = z.object({ model: z.string(), ...tokens, response_count: count, ...provenance })

const totals = z.object({
  ...tokens,
  total_messages: count,
  total_sessions: count,
  total_tool_calls: count,
  machine_count: count,
  first_activity: day.nullable(),
  last_activity: day.nullable(),
  ...provenance,
})

export const reportSpecs = {
  daily: {
    summary: 'Usage of each day, over all active machines. Days without any have no row.',
    query: rangeQuery,
    answer: z.object({ ...range, days: z.array(dailyRow) }),
  },
  totals: {
    summary: 'Usage of all time, or of a range.',
    query: rangeQuery,
    answer: totals,
  },
  machines: {
    summary: 'Every machine, hidden ones included, the latest first.',
    query: z.strictObject({}),
    answer: z.object({ machines: z.array(machineRow) }),
  },
  models: {
    summary: 'Usage by model, of all time or of a range, the largest first.',
    query: rangeQuery,
    answer: z.object({ models: z.array(modelRow) }),
  },
  usage: {
    summary: 'Usage of each day divided by model, machine, project or token class.',
    query: usageQuery,
    answer: z.object({ ...range, by: z.enum(GROUPINGS), rows: z.array(usageRow) }),
  },
} as const

export type ReportName = keyof typeof reportSpecs
/** What a caller may leave out may be left out here. */
export type QueryOf<N extends ReportName> = z.input<(typeof reportSpecs)[N]['query']>
export type AnswerOf<N extends ReportName> = z.output<(typeof reportSpecs)[N]['answer']>

/** Every question a viewer can ask. A ledger answers it in SQL, a server over HTTP; the asker cannot tell which. */
export type Reports = {
  readonly [N in ReportName]: (query: QueryOf<N>) => Promise<AnswerOf<N>>
}

export type DailyRow = z.output<typeof dailyRow>
export type UsageRow = z.output<typeof usageRow>
export type MachineRow = z.output<typeof machineRow>
export type ModelRow = z.output<typeof modelRow>
