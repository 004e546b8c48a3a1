import { sql } from 'kysely'
import { localDay } from '../../core/calendar.ts'
import { resolveRange, type DayRange, type RangeQuery } from '../../core/range.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { machineIsShown, rangeEnds, TOKEN_SUMS } from '../usage-query.ts'
import { shownActivity, shownFigures } from './figures.ts'
import type { ReportContext } from './index.ts'
import { addEvents, addFigure, type EventSums, noSums } from './sums.ts'

interface EventTotals extends EventSums {
  total_messages: number
  total_sessions: number
  total_tool_calls: number
  first: number | null
  last: number | null
}

/** One row for everything, or for a range. */
export async function totals(context: ReportContext, query: QueryOf<'totals'>): Promise<AnswerOf<'totals'>> {
  const { db, owner, tz } = context
  const range = optionalRange(context, query)
  const { rows } = await sql<EventTotals>`
    select count(*) as total_messages, count(distinct e.session) as total_sessions,
      coalesce(sum(e.tool_calls), 0) as total_tool_calls,
      min(e.occurred_at) as first, max(e.occurred_at) as last, ${TOKEN_SUMS}
    from event e
    where e.owner = ${owner} and ${within(range)} and ${machineIsShown(owner, sql`e.machine`)}
  `.execute(db)
  const [events] = rows as [EventTotals]
  const sums = noSums()
  addEvents(sums, events)
  const zone = query.tz ?? tz
  const days: string[] = []
  if (events.first !== null) days.push(localDay(events.first, zone))
  if (events.last !== null) days.push(localDay(events.last, zone))
  for (const figure of await shownFigures(context, range)) {
    addFigure(sums, figure)
    days.push(figure.date)
  }
  let { total_messages, total_sessions, total_tool_calls } = events
  for (const activity of await shownActivity(context, range)) {
    days.push(activity.date)
    if (activity.origin === 'stats-cache') continue
    total_messages += activity.message_count
    total_sessions += activity.session_count
    total_tool_calls += activity.tool_call_count
  }
  days.sort()
  const { cache_write_5m_tokens: _5m, cache_write_1h_tokens: _1h, ...tokens } = sums
  return {
    ...tokens,
    total_messages,
    total_sessions,
    total_tool_calls,
    machine_count: await activeMachines(context),
    first_activity: days[0] ?? null,
    last_activity: days.at(-1) ?? null,
  }
}

/** The range that a query names, or undefined for all time. */
export function optionalRange({ now, tz }: ReportContext, query: RangeQuery): DayRange | undefined {
  const asked = query.days ?? query.from ?? query.to
  return asked === undefined ? undefined : resolveRange(query, { now: now(), tz, days: 30 })
}

/** Condition on events `e`: in the range, if there is one. */
export function within(range: DayRange | undefined) {
  if (range === undefined) return sql<boolean>`1 = 1`
  const { starts, ends } = rangeEnds(range)
  return sql<boolean>`e.occurred_at >= ${starts} and e.occurred_at < ${ends}`
}

async function activeMachines({ db, owner }: ReportContext): Promise<number> {
  const { count } = await db
    .selectFrom('machine')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('owner', '=', owner)
    .where('is_active', '=', 1)
    .executeTakeFirstOrThrow()
  return count
}
