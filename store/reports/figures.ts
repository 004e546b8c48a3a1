import { type RawBuilder, sql } from 'kysely'
import { type DayActivity, type DayFigure, type ModelFigure, mostTrusted, settleDay } from '../../core/day-figure.ts'
import { dayFromNumber, dayNumber } from '../../core/day.ts'
import type { DayRange } from '../../core/range.ts'
import { realMachines } from '../shown-as.ts'
import { machineIsShown } from '../shown-machines.ts'
import type { ReportContext } from './context.ts'
import type { Filter } from './filter.ts'

/**
 * The day figures that reports may show: those of active machines, for days on which the machine has shown no event.
 * An estimate is not shown beside such a day, either: stats-cache.json credits a conversation to the day on which it began,
 * so it may tell once more what events of the next day tell. What is in totals stays: it would fall, and nothing come.
 */
export async function shownFigures(context: ReportContext, filter: Filter, range?: DayRange): Promise<DayFigure[]> {
  const { rows } = await sql<DayFigure & { day: number }>`
    select machine.value as machine, f.origin, f.day, model.value as model, f.total_tokens, f.input_tokens,
      f.output_tokens, f.cache_read_tokens, f.cache_creation_tokens
    from day_figure f
    join name machine on machine.id = f.machine
    join name model on model.id = f.model
    where ${isShown(context, range)}
  `.execute(context.db)
  const is = await realMachines(context.db, context.owner)
  const byMachineDay = Map.groupBy(
    rows.map(({ day, ...row }) => ({ ...row, machine: is(row.machine), date: dayFromNumber(day) })),
    (figure) => `${figure.machine} ${figure.date}`,
  )
  return [...byMachineDay.values()]
    .map((figures) => larger(figures, 'total_tokens', ({ origin, model }) => `${origin} ${model}`))
    .flatMap((figures) => settleDay(mostTrusted(figures, ({ total_tokens }) => total_tokens)))
    .filter(filter.takesFigure)
}

/** The activity that reports may show, by the same rule. */
export async function shownActivity(context: ReportContext, filter: Filter, range?: DayRange): Promise<DayActivity[]> {
  const { rows } = await sql<DayActivity & { day: number }>`
    select machine.value as machine, f.origin, f.day, f.message_count, f.session_count, f.tool_call_count
    from day_activity f join name machine on machine.id = f.machine
    where ${isShown(context, range)}
  `.execute(context.db)
  const is = await realMachines(context.db, context.owner)
  const byMachineDay = Map.groupBy(
    rows.map(({ day, ...row }) => ({ ...row, machine: is(row.machine), date: dayFromNumber(day) })),
    (activity) => `${activity.machine} ${activity.date}`,
  )
  return [...byMachineDay.values()]
    .map((activity) => larger(activity, 'message_count', ({ origin }) => origin))
    .flatMap((activity) => mostTrusted(activity, ({ message_count }) => message_count))
    .filter(filter.takesFigure)
}

/**
 * The figures of all time by model. An original client's own totals by model are better than its days, which may name
 * no model, so they speak for the machines that only ever sent such.
 */
export async function lifetimeFigures(context: ReportContext, filter: Filter): Promise<DayFigure[]> {
  const { db, owner } = context
  const { rows } = await sql<ModelFigure>`
    select machine.value as machine, f.origin, model.value as model, f.input_tokens, f.output_tokens,
      f.cache_read_tokens, f.cache_creation_tokens
    from model_figure f
    join name machine on machine.id = f.machine
    join name model on model.id = f.model
    where f.owner = ${owner} and f.origin = 'protocol-1' and ${machineIsShown(owner, sql`f.machine`)}
      and ${hasNoEvent(sql`1 = 1`)}
  `.execute(db)
  const is = await realMachines(db, owner)
  const told = rows.map((row) => ({
    ...row,
    machine: is(row.machine),
    date: '',
    total_tokens: row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_creation_tokens,
  }))
  const lifetime = larger(told, 'total_tokens', ({ machine, model }) => `${machine} ${model}`)
  const days = await shownFigures(context, filter)
  return [
    ...lifetime.filter(filter.takesFigure),
    ...days.filter(
      ({ origin, machine }) => origin !== 'protocol-1' || lifetime.every((row) => row.machine !== machine),
    ),
  ]
}

function isShown({ owner }: ReportContext, range: DayRange | undefined): RawBuilder<boolean> {
  const inRange =
    range === undefined
      ? sql<boolean>`1 = 1`
      : sql<boolean>`f.day between ${dayNumber(range.from)} and ${dayNumber(range.to)}`
  const isNear = sql<boolean>`s.day between f.day - 1 and f.day + 1 and (s.day = f.day or f.origin = 'stats-cache')`
  return sql<boolean>`f.owner = ${owner} and ${inRange} and ${machineIsShown(owner, sql`f.machine`)}
    and ${hasNoEvent(isNear)}`
}

/** Neither the machine of a figure `f` has shown an event on such a day `s`, nor one that is the same machine. */
function hasNoEvent(onDay: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`not exists (
      select 1 from seen_day s where s.owner = f.owner and s.machine = f.machine and ${onDay})
    and not exists (
      select 1 from shown_as a join shown_as b on b.owner = a.owner and b.shown_as = a.shown_as
      join seen_day s on s.owner = b.owner and s.machine = b.machine
      where a.owner = f.owner and a.machine = f.machine and ${onDay})`
}

/** Of rows that say the same, the one with the largest count: of a machine that was two until they were merged. */
function larger<C extends string, R extends Readonly<Record<C, number>>>(
  rows: readonly R[],
  count: C,
  whatOf: (row: R) => string,
): R[] {
  const largest = new Map<string, R>()
  for (const row of rows) {
    const known = largest.get(whatOf(row))
    if (known === undefined || known[count] < row[count]) largest.set(whatOf(row), row)
  }
  return [...largest.values()]
}
