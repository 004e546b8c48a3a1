import { z } from 'zod'
import { FIGURE_ORIGIN } from '../day-figure.ts'
import { TOKEN_CLASSES } from '../tokens.ts'
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

export const undividedRow = z.object({ ...period, ...usage })

export const machineRow = z.object({
  hostname: z.string().meta({
    description:
      'What it is called in every report: as someone calls it here, or as it calls itself; two of one name differ by an ending.',
  }),
  first_seen: instant,
  last_sync: instant,
  is_active: z.boolean(),
  label: z.string().default('').meta({ description: 'As someone calls it here; empty where nobody does.' }),
  is_archived: z.boolean().default(false).meta({ description: 'It counts, and nothing is expected of it any more.' }),
  is_ephemeral: z.boolean().default(false).meta({ description: 'It was made for a job, and is gone.' }),
  machine_group: z.string().default('').meta({ description: 'Machines of one group are one row of a list.' }),
  copied_from: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: 'The machine with whose files it came, until someone says whether the two are one.' }),
  is_cloned: z.boolean().default(false).meta({ description: 'Two computers have been seen to pass for it.' }),
  machine: z.string().meta({ description: 'The machine’s own id; the hostname is only its label.' }),
  event_count: count.meta({ description: 'Of all time.' }),
  last_activity: instant.nullable().meta({ description: 'To the quarter of an hour.' }),
  cleanup_period_days: count
    .nullable()
    .meta({ description: 'After how many days its Claude Code deletes transcripts; null where unknown.' }),
  client_version: z
    .string()
    .default('')
    .meta({ description: 'Of its Claude Code, with its last event; empty where unknown.' }),
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

const limit = {
  account: z.string().meta({ description: 'Whose plan: a hash; empty where it is not known.' }),
  window: z.string().meta({ description: 'As Claude Code calls it: `five_hour`, `seven_day`.' }),
  used_percent: z.number().min(0),
  resets_at: instant,
  seen_at: instant.meta({ description: 'When Claude Code told it.' }),
  machine: z.string(),
  hostname: z.string().meta({ description: 'Where it told it.' }),
}

export const limitRow = z.object({
  ...limit,
  even_percent: z
    .number()
    .nullable()
    .meta({ description: 'What an even pace would have used by now; null where the window’s length is not known.' }),
  projected_percent: z
    .number()
    .nullable()
    .meta({ description: 'What will be used at the reset at the present pace; null where nothing tells.' }),
  full_at: instant.nullable().meta({ description: 'When it is full at this pace, where that is before its reset.' }),
})

export const peakRow = z.object(limit)

/** Usage of a quarter of a minute. */
export const recentPoint = z.object({
  at: instant.meta({ description: 'The start of the 15 seconds.' }),
  total_tokens: usage.total_tokens,
  cost_usd: usage.cost_usd,
})

export const recentRow = z.object({
  group: z.string().meta({ description: 'A session’s id, or the name of a machine, project or model.' }),
  machines: z.array(z.string()).meta({ description: 'Hostnames; here and below, the one with the most tokens first.' }),
  projects: z.array(z.string()),
  models: z.array(z.string()),
  last_activity: instant.meta({ description: 'To the quarter of an hour where it is before `starts`.' }),
  context_tokens: count
    .nullable()
    .meta({ description: 'Prompt of a session’s latest response in its main conversation; null for other groups.' }),
  points: z.array(recentPoint),
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
  days: z.array(z.object({ date: day, state: coverageState })).meta({
    description: 'All of the range until today; of one that does not say what it has read, from `first_day` on.',
  }),
})

/** A part of the usage that has one price, with its arithmetic. */
export const priceRow = z.object({
  model: z.string(),
  canonical_model: z.string().nullable().meta({ description: 'What the price book calls it; null where it has none.' }),
  variant: z.string().meta({ description: '`fast`, `geo:us`, `tier:batch`; empty for standard.' }),
  base: z
    .enum(['standard', 'fast', 'long-prompt'])
    .nullable()
    .meta({ description: 'Which of its prices; null: none.' }),
  long_prompt_threshold: count.nullable().meta({ description: 'Prompt tokens above which `long-prompt` holds.' }),
  from: day.nullable().meta({ description: 'First day (UTC) of these prices; null: ever since.' }),
  to: day.nullable().meta({ description: 'Last day; null: until further notice.' }),
  sources: z.string().meta({ description: 'Where the price book has them from.' }),
  multipliers: z.array(z.object({ rule: z.enum(['us-geo', 'batch']), percent: z.int() })),
  notes: z.array(z.string()).meta({ description: 'What the book has no rule for.' }),
  response_count: count,
  lines: z.array(
    z.object({
      counts: z.enum([...TOKEN_CLASSES, 'web_searches']),
      count,
      usd_each: usage.cost_usd.meta({ description: 'Price of one, all rules applied.' }),
      cost_usd: usage.cost_usd,
    }),
  ),
  cost_usd: usage.cost_usd,
  contract_cost_usd: usage.contract_cost_usd,
})

/** What something else than events says of a machine's day. */
export const dayFigureRow = z.object({
  date: day,
  machine: z.string(),
  hostname: z.string(),
  origin: z.string().regex(FIGURE_ORIGIN).meta({ description: '`stats-cache`, `protocol-1`, or an import.' }),
  total_tokens: count.meta({ description: 'As it says; `in+out` figures leave cache tokens out.' }),
  basis: z.enum(['all', 'in+out', '']).meta({ description: 'Which tokens it counts; empty where it does not say.' }),
  is_shown: z.boolean().meta({
    description:
      'False where events of the day, or a better source, supersede it; an estimate also by events of a day beside it.',
  }),
})

/** One event, as the ledger has it. */
export const eventRow = z.object({
  id: z.string(),
  kind: z.enum(['response', 'prompt']),
  occurred_at: instant,
  machine: z.string(),
  hostname: z.string(),
  also_seen_on: z.array(z.string()).meta({ description: 'Other machines that have shown it; it is counted once.' }),
  session: z.string(),
  project: z.string(),
  source: z.string(),
  seen_as: z.enum(['main', 'sidechain', 'progress']),
  model: z.string(),
  variant: z.string(),
  client_version: z.string(),
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  tool_call_count: count,
  web_search_count: count,
  is_understated: z.boolean(),
})

/** An event with the names and words of the ledger, as an export has it. */
export const loggedEvent = z.object({
  id: z.string(),
  kind: z.enum(['response', 'prompt']),
  occurred_at: instant,
  machine: z.string(),
  session: z.string(),
  project: z.string(),
  source: z.string(),
  account: z.string(),
  seen_as: z.enum(['main', 'sidechain', 'progress']),
  model: z.string(),
  variant: z.string(),
  client_version: z.string(),
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  tool_calls: count,
  web_searches: count,
})

const figure = { machine: z.string(), origin: z.string().regex(FIGURE_ORIGIN), date: day }

export const loggedFigure = z.object({
  ...figure,
  model: z.string(),
  total_tokens: count,
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_creation_tokens: count,
})

export const loggedActivity = z.object({
  ...figure,
  message_count: count,
  session_count: count,
  tool_call_count: count,
})
