import { z } from 'zod'
import { FIGURE_ORIGIN } from '../core/day-figure.ts'
import { isDay } from '../core/day.ts'
import { isCleanName } from '../core/text.ts'
import { MAX_COUNT } from '../core/tokens.ts'

/** What is said between machines: protocol versions, and the schemas from which all else is made. Paths: paths.ts. */

export const PROTOCOL_VERSION = 2

/** A batch of protocol 2: at most so many rows, and so many bytes before compression. */
export const MAX_BATCH_ROWS = 1000
export const MAX_BATCH_BYTES = 1024 * 1024

/** The last millisecond of the year 9999. */
const MAX_INSTANT = 253_402_300_799_999

/** Sums over days and sessions may exceed what one event may hold, but must stay whole numbers. */
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const figureCount = z
  .int()
  .min(0)
  .max(MAX_COUNT * 1000)
const day = z.string().refine(isDay, 'must be a day such as 2026-11-01').meta({ format: 'date' })
const name = z.string().max(400).refine(isCleanName, 'must be a printable name of at most 200 characters')
const nonEmptyName = name.refine((text) => text.trim() !== '', 'must not be empty')
const instant = z.int().min(0).max(MAX_INSTANT)
const position = count.meta({ description: "A place in the sending ledger's order." })
const origin = z
  .string()
  .regex(FIGURE_ORIGIN)
  .meta({ description: '`stats-cache`, `protocol-1`, or an import: `ccusage:ID`.' })

/** What machines say themselves is of each of them, and none takes it back for all. */
const importOrigin = origin.refine((text) => text.includes(':'), 'must be an import')

const figureTokens = {
  input_tokens: figureCount,
  output_tokens: figureCount,
  cache_read_tokens: figureCount,
  cache_creation_tokens: figureCount,
}

const dayFigures = z.object({
  snapshots: z
    .array(
      z.object({
        machine: nonEmptyName,
        origin,
        version: count,
        basis: z.enum(['all', 'in+out', '']),
        last_day: z.string().max(40),
        first_day: z.string().max(40),
      }),
    )
    .max(MAX_BATCH_ROWS),
  figures: z
    .array(
      z.object({ machine: nonEmptyName, origin, date: day, model: name, total_tokens: figureCount, ...figureTokens }),
    )
    .max(MAX_BATCH_ROWS),
  activity: z
    .array(
      z.object({
        machine: nonEmptyName,
        origin,
        date: day,
        message_count: figureCount,
        session_count: figureCount,
        tool_call_count: figureCount,
      }),
    )
    .max(MAX_BATCH_ROWS),
  models: z.array(z.object({ machine: nonEmptyName, origin, model: name, ...figureTokens })).max(MAX_BATCH_ROWS),
})

export const syncRequest2 = z.object({
  protocol_version: z.literal(2),
  machine: z.object({
    id: nonEmptyName,
    hostname: nonEmptyName,
    cleanup_period_days: count.optional(),
    group: name.optional().meta({ description: 'Heeded when the machine first comes: see docs/protocol.md.' }),
    is_ephemeral: z.boolean().optional(),
    running: z.string().max(100).optional().meta({
      description: 'Changes with each start of the computer, and never back: of two clones, one comes back to it.',
    }),
  }),
  ledger: nonEmptyName.meta({ description: "Random id of the sending ledger's file." }),
  carried_by: name.optional().meta({ description: 'The machine that brings it, for one without a network.' }),
  after: position,
  up_to: position,
  events: z
    .object({
      fields: z.array(z.string().max(100)).max(200),
      // What a row is made of is looked at where it is decoded: once, and so that a bad row is rejected alone.
      rows: z.array(z.unknown().meta({ type: 'array' })).max(MAX_BATCH_ROWS),
    })
    .meta({
      description:
        'Events as columns and rows. Unknown columns are skipped and counted, rows that are no events rejected one by one.',
    }),
  projects: z
    .array(z.object({ project: nonEmptyName, label: nonEmptyName }))
    .max(MAX_BATCH_ROWS)
    .optional()
    .meta({ description: 'What the projects of these events are called, where the sender tells names.' }),
  coverage: z
    .array(z.object({ starts: instant, ends: instant }))
    .max(MAX_BATCH_ROWS)
    .optional()
    .meta({
      description:
        'Stretches of time (milliseconds since 1970, `ends` not included) of which all that the sender’s transcripts told was read.',
    }),
  limits: z
    .array(
      z.object({
        account: name,
        window: z.string().regex(/^[a-z0-9_]{1,40}$/),
        used_percent: z.number().min(0).max(1000),
        resets_at: instant,
        seen_at: instant,
      }),
    )
    .max(MAX_BATCH_ROWS)
    .optional()
    .meta({ description: 'What Claude Code told the sender of plan limits, and when.' }),
  withdrawn: z.array(importOrigin).max(MAX_BATCH_ROWS).optional().meta({ description: 'Imports that were undone.' }),
  days: dayFigures.optional().meta({ description: 'Day figures, kept apart from events.' }),
})

export const syncAnswer2 = z.object({
  protocol_version: z.literal(2),
  acknowledged: position,
  stored: count.meta({ description: 'Events that were new, or told more than was known.' }),
  unchanged: count,
  rejected: z.array(z.object({ index: count, code: z.string() })),
  ignored_columns: count,
  notice: z.enum(['cloned']).optional().meta({ description: '`cloned`: another computer sends as this machine, too.' }),
})

const oldCount = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0)
const oldTokens = {
  input_tokens: oldCount,
  output_tokens: oldCount,
  cache_read_tokens: oldCount,
  cache_creation_tokens: oldCount,
}
const oldModel = z.string().min(1).max(1000)

export const syncRequest1 = z.object({
  protocol_version: z.literal(1),
  hostname: z.string().min(1).max(255),
  daily_activity: z
    .array(z.object({ date: day, message_count: oldCount, session_count: oldCount, tool_call_count: oldCount }))
    .max(3660)
    .default([]),
  daily_usage: z
    .array(z.object({ date: day, ...oldTokens }))
    .max(3660)
    .default([]),
  daily_tokens: z
    .array(z.object({ date: day, model: oldModel, tokens: oldCount }))
    .max(36_600)
    .default([]),
  model_usage: z
    .array(z.object({ model: oldModel, ...oldTokens }))
    .max(10_000)
    .default([]),
  raw_usage: z
    .array(z.object({ timestamp: z.string().max(64), model: oldModel, ...oldTokens }))
    .max(500_000)
    .default([]),
})

export const syncAnswer1 = z.object({
  status: z.literal('success'),
  protocol_version: z.literal(1),
  records_upserted: count,
  machine_registered: z.boolean(),
  server_time: z.string(),
})

export const healthAnswer = z.object({
  status: z.literal('healthy'),
  database: z.literal('connected'),
  server: z.string().optional().meta({ description: 'Random id of its ledger: another server has another one.' }),
  schema_version: count,
  version: z.string(),
})

export const deleteQuery = z.strictObject({
  hard: z
    .enum(['true', 'false', '1', '0'])
    .default('false')
    .meta({ description: 'Erase its data for good instead of hiding it.' }),
})
export const deleteAnswer = z.object({ status: z.literal('deleted'), hard: z.boolean() })
export const reactivateAnswer = z.object({ status: z.literal('reactivated') })

export type SyncRequest1 = z.output<typeof syncRequest1>
export type SyncRequest2 = z.output<typeof syncRequest2>
export type SyncAnswer2 = z.output<typeof syncAnswer2>
export type DayFigures = z.output<typeof dayFigures>
