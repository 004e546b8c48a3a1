import { z } from 'zod'
import { GROUPINGS } from './grouping.ts'
import { count, day, gaps, instant, nextCursor, optionalRange, pricing, range, usage } from './reports/fields.ts'
import {
  comparedQuery,
  explainQuery,
  hashesQuery,
  limitsQuery,
  logQuery,
  rangeQuery,
  recentQuery,
  sessionsQuery,
  usageQuery,
} from './reports/query.ts'
import * as rows from './reports/rows.ts'

/**
 * Every report, declared once. Route, validation, HTTP client, OpenAPI entry and types follow from this table; the SQL
 * side does not compile until a new report is answered.
 */

/** An answer that may hold the same of the period before, where the query asks to compare. */
function comparable<S extends z.ZodRawShape>(shape: S) {
  const answer = z.object(shape)
  return answer.extend({ previous: answer.optional().meta({ description: 'Where `compare` asked for it.' }) })
}

const totals = {
  ...usage,
  ...pricing,
  total_messages: count.meta({ description: 'Also those that day figures tell.' }),
  total_sessions: count,
  total_tool_calls: count,
  machine_count: count,
  first_activity: day.nullable(),
  last_activity: day.nullable(),
}

const heatmap = {
  ...range,
  ...pricing,
  ...gaps,
  days: z.array(rows.heatmapRow),
  active_days: count,
  streak_days: count.meta({ description: 'Days in a row with usage, up to the last day or the one before it.' }),
  longest_streak_days: count,
}

const periodUsage = {
  ...range,
  ...pricing,
  ...gaps,
  by: z.enum(GROUPINGS),
  every: z.enum(['hour', 'day', 'week', 'month']),
  rows: z.array(rows.usageRow),
}

export const reportSpecs = {
  daily: {
    summary: 'Usage of each day. Days without any have no row.',
    query: comparedQuery,
    answer: comparable({ ...range, ...pricing, ...gaps, days: z.array(rows.dailyRow) }),
  },
  weekly: {
    summary: 'Usage of each ISO week, cut to the range.',
    query: comparedQuery,
    answer: comparable({ ...range, ...pricing, ...gaps, weeks: z.array(rows.periodRow) }),
  },
  monthly: {
    summary: 'Usage of each month, cut to the range.',
    query: comparedQuery,
    answer: comparable({ ...range, ...pricing, ...gaps, months: z.array(rows.periodRow) }),
  },
  hourly: {
    summary: 'Usage of each hour. Day figures know no hour and are left out.',
    query: comparedQuery,
    answer: comparable({ ...range, ...pricing, ...gaps, hours: z.array(rows.hourRow) }),
  },
  totals: {
    summary: 'Usage of all time, or of a range.',
    query: comparedQuery,
    answer: comparable(totals),
  },
  machines: {
    summary: 'Every machine, hidden ones included, the latest first, with its usage of all time or of a range.',
    query: comparedQuery,
    answer: comparable({ ...optionalRange, ...pricing, machines: z.array(rows.machineRow) }),
  },
  models: {
    summary: 'Usage by model, of all time or of a range, the largest first.',
    query: comparedQuery,
    answer: comparable({ ...optionalRange, ...pricing, models: z.array(rows.modelRow) }),
  },
  projects: {
    summary: 'Usage by project, of all time or of a range, the largest first.',
    query: comparedQuery,
    answer: comparable({ ...optionalRange, ...pricing, projects: z.array(rows.projectRow) }),
  },
  agents: {
    summary: 'Usage of main conversations and of subagents.',
    query: comparedQuery,
    answer: comparable({ ...optionalRange, ...pricing, agents: z.array(rows.agentRow) }),
  },
  versions: {
    summary: 'Usage by version of Claude Code, the largest first.',
    query: comparedQuery,
    answer: comparable({ ...optionalRange, ...pricing, versions: z.array(rows.versionRow) }),
  },
  usage: {
    summary: 'Usage of each hour, day, week or month, divided by model, machine, project and more.',
    query: usageQuery,
    answer: comparable(periodUsage),
  },
  sessions: {
    summary: 'Sessions, the latest first, page by page.',
    query: sessionsQuery,
    answer: z.object({ ...optionalRange, ...pricing, ...nextCursor, sessions: z.array(rows.sessionRow) }),
  },
  blocks: {
    summary: 'Blocks of five hours, each from the full hour of its first event, the latest first.',
    query: rangeQuery,
    answer: z.object({ ...range, ...pricing, blocks: z.array(rows.blockRow) }),
  },
  limits: {
    summary:
      'Plan limits as Claude Code itself tells them: for each account and window the newest, gone after its reset.',
    query: limitsQuery,
    answer: z.object({
      limits: z.array(rows.limitRow),
      peaks: z.array(rows.peakRow).meta({ description: 'How far windows that have ended in 14 days went.' }),
    }),
  },
  recent: {
    summary:
      'The last hour in steps of 15 seconds, and the usage of today: of all, and of the sessions, machines, projects ' +
      'or models that were active last.',
    query: recentQuery,
    answer: z.object({
      date: day.meta({ description: 'Today, in `tz`.' }),
      tz: z.string(),
      starts: instant.meta({ description: 'From when on points are told: an hour ago, or up to a quarter before.' }),
      ...pricing,
      totals: rows.usageSums.meta({ description: 'Of today.' }),
      points: z.array(rows.recentPoint).meta({ description: 'In their order; steps without usage have none.' }),
      rows: z
        .array(rows.recentRow)
        .meta({ description: 'With activity today or in the last hour: the latest, of one quarter the largest.' }),
      limits: z.array(rows.limitRow).meta({ description: 'As in `limits`, of the accounts that were asked for.' }),
    }),
  },
  punchcard: {
    summary: 'Usage by weekday and hour of the day.',
    query: rangeQuery,
    answer: z.object({ ...range, ...pricing, cells: z.array(rows.punchcardRow) }),
  },
  heatmap: {
    summary: 'Each day of the last 53 weeks, or of a range, also those without usage.',
    query: rangeQuery,
    answer: z.object(heatmap),
  },
  coverage: {
    summary: 'For each machine and day: is it complete, open, partial, estimated or missing?',
    query: rangeQuery,
    answer: z.object({ ...range, machines: z.array(rows.coverageRow) }),
  },
  explain: {
    summary:
      'Where numbers come from: each price with its arithmetic, what day figures say of the same days, one event.',
    query: explainQuery,
    answer: z.object({
      ...range,
      ...pricing,
      prices: z.array(rows.priceRow).meta({ description: 'The dearest first; their costs add up to the total.' }),
      figures: z.array(rows.dayFigureRow),
      event: rows.eventRow.nullable().meta({ description: 'Where one was asked for and is known.' }),
    }),
  },
  log: {
    summary: 'Everything that the ledger holds, in its own order, page by page: what an export is made of.',
    query: logQuery,
    answer: z.object({
      ...nextCursor,
      machines: z.array(z.object({ machine: z.string(), hostname: z.string() })),
      projects: z.array(z.object({ project: z.string(), label: z.string() })),
      events: z.array(rows.loggedEvent),
      figures: z.array(rows.loggedFigure),
      activity: z.array(rows.loggedActivity),
    }),
  },
  hashes: {
    summary: 'Hashes of what the ledger holds of a machine or a day, to compare it with another ledger.',
    query: hashesQuery,
    answer: z.object({
      days: z.array(z.object({ date: day, event_count: count, hash: count })),
      events: z.array(z.object({ id: z.string(), hash: count })),
    }),
  },
  overview: {
    summary: 'What a first screen needs, at once: totals, periods, machines, models, projects, the year.',
    query: usageQuery,
    answer: z.object({
      ...periodUsage,
      periods: z.array(rows.undividedRow).meta({ description: 'The same periods as in `rows`, undivided.' }),
      totals: z.object(totals),
      previous: z
        .object({ ...range, totals: z.object(totals), periods: z.array(rows.undividedRow) })
        .meta({ description: 'The period before, as long and moved by whole weeks.' }),
      machines: z.array(rows.machineRow),
      models: z.array(rows.modelRow).meta({ description: 'The largest ten.' }),
      projects: z.array(rows.projectRow).meta({ description: 'The largest ten.' }),
      heatmap: z.object(heatmap),
      limits: z.array(rows.limitRow).meta({ description: 'As in `limits`, of the accounts that were asked for.' }),
    }),
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

export type UsageSums = z.output<typeof rows.usageSums>
export type PeriodRow = z.output<typeof rows.periodRow>
export type UsageRow = z.output<typeof rows.usageRow>
export type MachineRow = z.output<typeof rows.machineRow>
export type ModelRow = z.output<typeof rows.modelRow>
export type ProjectRow = z.output<typeof rows.projectRow>
export type SessionRow = z.output<typeof rows.sessionRow>
export type BlockRow = z.output<typeof rows.blockRow>
export type RecentRow = z.output<typeof rows.recentRow>
export type RecentPoint = z.output<typeof rows.recentPoint>
export type LimitRow = z.output<typeof rows.limitRow>
export type PriceRow = z.output<typeof rows.priceRow>
export type EventRow = z.output<typeof rows.eventRow>
