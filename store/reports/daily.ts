import { sql } from 'kysely'
import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, DailyRow, QueryOf } from '../../core/report-specs.ts'
import { daysTable, machineIsShown, TOKEN_SUMS } from '../usage-query.ts'
import { shownActivity, shownFigures } from './figures.ts'
import type { ReportContext } from './index.ts'
import { machineLabels } from './machine-labels.ts'
import { addEvents, addFigure, type EventSums, noSums, type TokenSums } from './sums.ts'

interface Row extends TokenSums, Omit<DailyRow, keyof TokenSums | 'machines'> {
  readonly machines: Set<string>
}

interface DaySums extends EventSums {
  date: string
  machine: string
  message_count: number
  tool_call_count: number
}

/** One row a day that has anything, over all active machines. */
export async function daily(context: ReportContext, query: QueryOf<'daily'>): Promise<AnswerOf<'daily'>> {
  const { db, owner, now, tz } = context
  const range = resolveRange(query, { now: now(), tz, days: 30 })
  const label = await machineLabels(context)
  const { rows: events } = await sql<DaySums>`
    with span(label, starts, ends) as ${daysTable(range)}
    select span.label as date, machine.value as machine, count(*) as message_count,
      sum(e.tool_calls) as tool_call_count, ${TOKEN_SUMS}
    from span cross join event e join name machine on machine.id = e.machine
    where e.owner = ${owner} and e.occurred_at >= span.starts and e.occurred_at < span.ends
      and ${machineIsShown(owner, sql`e.machine`)}
    group by span.label, machine.value
  `.execute(db)
  const { rows: sessions } = await sql<{ date: string; session_count: number }>`
    with span(label, starts, ends) as ${daysTable(range)}
    select span.label as date, count(distinct e.session) as session_count
    from span cross join event e
    where e.owner = ${owner} and e.occurred_at >= span.starts and e.occurred_at < span.ends
      and ${machineIsShown(owner, sql`e.machine`)}
    group by span.label
  `.execute(db)

  const days = new Map<string, Row>()
  const dayOf = (date: string): Row => {
    let row = days.get(date)
    if (row === undefined) days.set(date, (row = emptyRow(date)))
    return row
  }
  for (const row of events) {
    const day = dayOf(row.date)
    addEvents(day, row)
    day.message_count += row.message_count
    day.tool_call_count += row.tool_call_count
    day.machines.add(label(row.machine))
  }
  for (const row of sessions) dayOf(row.date).session_count = row.session_count
  for (const figure of await shownFigures(context, range)) {
    const day = dayOf(figure.date)
    addFigure(day, figure)
    day.machines.add(label(figure.machine))
  }
  for (const activity of await shownActivity(context, range)) {
    const day = dayOf(activity.date)
    const estimated = activity.origin === 'stats-cache' ? 'estimated_' : ''
    day[`${estimated}message_count`] += activity.message_count
    day[`${estimated}session_count`] += activity.session_count
    day[`${estimated}tool_call_count`] += activity.tool_call_count
    day.machines.add(label(activity.machine))
  }
  return {
    ...range,
    days: [...days.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1)).map(toAnswer),
  }
}

function emptyRow(date: string): Row {
  return {
    date,
    ...noSums(),
    message_count: 0,
    session_count: 0,
    tool_call_count: 0,
    estimated_message_count: 0,
    estimated_session_count: 0,
    estimated_tool_call_count: 0,
    machines: new Set(),
  }
}

function toAnswer({ cache_write_5m_tokens: _5m, cache_write_1h_tokens: _1h, machines, ...row }: Row): DailyRow {
  return { ...row, machines: [...machines].toSorted() }
}
