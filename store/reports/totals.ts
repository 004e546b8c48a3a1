import { sql } from 'kysely'
import { localDay } from '../../core/calendar.ts'
import { resolveRange, type DayRange, type RangeQuery } from '../../core/range.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { QUARTER_MS, quarterOf } from '../rollup.ts'
import type { ReportContext } from './context.ts'
import type { Days } from './versioned-days.ts'
import { type Filter, filterOf } from './filter.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { Pricer } from './pricer.ts'
import { usageOf } from './sums.ts'
import { usageOfRange, wholeRange } from './usage-of-periods.ts'

/** One row for everything, or for a range. */
export async function totals(context: ReportContext, query: QueryOf<'totals'>): Promise<AnswerOf<'totals'>> {
  const range = optionalRange(context, query)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const period = await usageOfRange(context, range, { filter, pricer })
  const sums = usageOf(period.sums, pricer)
  const zone = query.tz ?? context.tz
  const days = [
    ...period.figureDays,
    ...(await activeDays(context, filter, range ?? { tz: context.tz }, zone)),
  ].toSorted()
  return {
    ...sums,
    ...pricer.said(),
    total_messages: sums.message_count,
    total_sessions: sums.session_count,
    total_tool_calls: sums.tool_call_count,
    machine_count: await activeMachines(context, filter),
    first_activity: days[0] ?? null,
    last_activity: days.at(-1) ?? null,
  }
}

/** The range that a query names, or undefined for all time. */
export function optionalRange({ now, tz }: ReportContext, query: RangeQuery): DayRange | undefined {
  const asked = query.days ?? query.from ?? query.to
  return asked === undefined ? undefined : resolveRange(query, { now: now(), tz, days: DEFAULT_DAYS })
}

/** The days of the first and the last event. Days begin with a quarter of an hour, so quarters tell them exactly. */
async function activeDays(context: ReportContext, filter: Filter, days: Days, zone: string): Promise<string[]> {
  const quarters = (await context.daysOf(days, filter)).flatMap(({ usage }) => usage.quarters ?? [])
  return [quarters[0], quarters.at(-1)].flatMap((quarter) =>
    quarter === undefined ? [] : [localDay(quarter * QUARTER_MS, zone)],
  )
}

/** Condition on rows `r` of the rollup: in the range, if there is one. */
export function within(range: DayRange | undefined) {
  if (range === undefined) return sql<boolean>`1 = 1`
  const span = wholeRange(range)
  return sql<boolean>`r.quarter >= ${quarterOf(span.starts)} and r.quarter < ${quarterOf(span.ends)}`
}

async function activeMachines({ db, owner }: ReportContext, filter: Filter): Promise<number> {
  const rows = await db
    .selectFrom('machine')
    .select('id')
    .where('owner', '=', owner)
    .where('is_active', '=', 1)
    .where('merged_into', '=', '')
    .execute()
  return rows.filter(({ id }) => filter.takesMachine(id)).length
}
