import { z } from 'zod'
import { isTimeZone } from '../calendar.ts'
import { GROUPINGS } from '../grouping.ts'
import { MAX_DAYS } from '../range.ts'
import { RECENT_GROUPINGS } from '../recent.ts'
import { day } from './fields.ts'
import { MAX_LOG_PAGE, MAX_PAGE, PAGE } from './page.ts'

/** What may be asked of a report. A query is part of a URL, so it is flat, and a list is a parameter given again. */

const names = z.array(z.string().min(1).max(400)).min(1).max(100).optional()

/** Only usage of these; given more than once, of any of them. A filter that fits nothing leaves nothing. */
export const filters = {
  machine: names.meta({ description: 'Only these machines: hostname, or id.' }),
  project: names.meta({ description: 'Only these projects: name as in `projects`, or key.' }),
  model: names.meta({
    description: 'Only these models: as written, canonical (`claude-opus-4-5`) or short (`opus-4-5`).',
  }),
  account: names.meta({ description: 'Only these accounts: the hash, or its first 7 characters.' }),
}

const zone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .optional()
  .meta({ description: "IANA time zone whose days are meant. The server's own by default." })

const range = {
  days: z.int().min(1).max(MAX_DAYS).optional().meta({ description: 'So many days, ending at `to` or today.' }),
  from: day.optional().meta({ description: 'First day, included. Wins over `days`.' }),
  to: day.optional().meta({ description: 'Last day, included. Today by default.' }),
  tz: zone,
}

/** A range of days, and whose usage in it. */
export const rangeQuery = z.strictObject({ ...range, ...filters })

/** The same, with the period before it where asked. */
export const comparedQuery = rangeQuery.extend({
  compare: z.enum(['previous']).optional().meta({
    description: 'Also the period before, in `previous`: as long, and moved by whole weeks so that weekdays match.',
  }),
})

export const usageQuery = comparedQuery.extend({
  by: z
    .enum(GROUPINGS)
    .default('model')
    .meta({ description: 'What each period is divided by; `type` is the token class.' }),
  every: z
    .enum(['hour', 'day', 'week', 'month'])
    .default('day')
    .meta({ description: 'How long a row is. Weeks are those of ISO 8601, cut to the range.' }),
})

/** What is now. */
export const limitsQuery = z.strictObject({ account: filters.account })

/** A range, or one event of any time. */
export const explainQuery = rangeQuery.extend({
  event: z
    .string()
    .regex(/^[\w-]{22}$/)
    .optional()
    .meta({ description: 'Id of an event: explained instead of the range.' }),
})

const limit = z.int().min(1).max(MAX_PAGE).default(PAGE).meta({ description: 'Rows of one page.' })
const cursor = z
  .string()
  .max(200)
  .optional()
  .meta({ description: '`next_cursor` of the page before. Without it: the first page.' })

/** Everything a ledger holds, in its own order. */
export const logQuery = z.strictObject({
  limit: z.int().min(1).max(MAX_LOG_PAGE).default(MAX_LOG_PAGE).meta({ description: 'Rows of one page.' }),
  cursor,
})

/** One of the two. */
export const hashesQuery = z
  .strictObject({
    machine: z.string().min(1).max(400).optional().meta({ description: 'Id of a machine: its days.' }),
    date: day.optional().meta({ description: 'A UTC day: its events, of all machines.' }),
  })
  .refine(
    ({ machine, date }) => (machine === undefined) !== (date === undefined),
    'either `machine` or `date` is needed, and not both',
  )

/** A list without end, page by page; or one of it. */
export const sessionsQuery = rangeQuery.extend({
  session: z.string().min(1).max(400).optional().meta({ description: 'Id of a session: only that one.' }),
  limit,
  cursor,
})

/** The last hour, and today. */
export const recentQuery = z.strictObject({
  by: z.enum(RECENT_GROUPINGS).default('session').meta({ description: 'What a row is of.' }),
  limit,
  tz: zone,
  ...filters,
})
