import { z } from 'zod'
import { count, coverageState, day, instant, usage } from './fields.ts'

/** The rows of each report. */

export const usageSums = z.object(usage)

/** A stretch of time: a day, or a week, month or hour cut to the range. */
const period = {
  date: day.meta({ description: 'Its first day.' }),
  starts: instant,
  ends: instant.meta({ description: 'Not included.' }),
}

export const dailyRow = z.object({
  date: day,
  ...usage,
  machines: z.array(z.string()).meta({ description: 'Hostnames of the machines in this row.' }),
  estimated_message_count: count,
  estimated_session_count: count,
  estimated_tool_call_count: count,
})

export const periodRow = z.object({ ...period, ...usage, machines: z.array(z.string()) })

export const hourRow = z.object({
  ...period,
  hour: z.string().meta({ description: 'Local start with offset; an hour that comes twice is two rows.' }),
  ...usage,
  machines: z.array(z.string()),
})

export const usageRow = z.object({
  ...period,
  group: z.string().meta({ description: 'What `by` divides by; empty where unknown.' }),
  ...usage,
})

export const machineRow = z.object({
  hostname: z.string(),
  first_seen: instant,
  last_sync: instant,
  is_active: z.boolean(),
  machine: z.string().meta({ description: 'The machine’s own id; the hostname is only its label.' }),
  event_count: count.meta({ description: 'Of all time.' }),
  last_activity: instant.nullable().meta({ description: 'To the quarter of an hour.' }),
  cleanup_period_days: count
    .nullable()
    .meta({ description: 'After how many days its Claude Code deletes transcripts; null where unknown.' }),
  ...usage,
})

export const modelRow = z.object({
  model: z.string(),
  canonical_model: z.string().nullable().meta({ description: 'As the price book calls it; null where unknown.' }),
  ...usage,
})

export const projectRow = z.object({
  project: z.string().meta({ description: 'Its name; empty where unknown. Two of one name differ by an ending.' }),
  project_key: z.string(),
  machines: z.array(z.string()),
  last_activity: instant.nullable(),
  ...usage,
})

export const agentRow = z.object({ agent: z.enum(['main', 'subagent', '']), ...usage })

export const versionRow = z.object({
  client_version: z.string().meta({ description: 'Of Claude Code; empty where unknown.' }),
  ...usage,
})

export const sessionRow = z.object({
  session: z.string(),
  machine: z.string(),
  hostname: z.string(),
  project: z.string(),
  project_key: z.string(),
  started_at: instant.meta({ description: 'Its first event, also where that is before the range.' }),
  ended_at: instant,
  duration_ms: count,
  models: z.array(z.string()).meta({ description: 'The one with the most tokens first.' }),
  ...usage,
})

export const blockRow = z.object({
  starts: instant.meta({ description: 'The full hour (UTC) of its first event.' }),
  ends: instant,
  is_active: z.boolean().meta({ description: 'Not over yet.' }),
  models: z.array(z.string()),
  ...usage,
})

export const punchcardRow = z.object({
  weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }),
  hour: z.int().min(0).max(23),
  ...usage,
})

export const heatmapRow = z.object({
  date: day,
  total_tokens: usage.total_tokens,
  cost_usd: usage.cost_usd,
  unpriced_tokens: usage.unpriced_tokens,
  estimated_tokens: usage.estimated_tokens,
})

export const coverageRow = z.object({
  machine: z.string(),
  hostname: z.string(),
  is_active: z.boolean(),
  last_read: instant.nullable().meta({ description: 'When its files were last read.' }),
  cleanup_period_days: count.nullable(),
  first_day: day.nullable(),
  days: z.array(z.object({ date: day, state: coverageState })),
})
