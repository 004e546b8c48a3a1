import type { Every, Span } from '../../core/calendar.ts'
import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, PeriodRow, QueryOf } from '../../core/report-specs.ts'
import type { ReportContext } from './context.ts'
import { gapsOf } from './coverage.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { filterOf } from './filter.ts'
import { machineLabels } from './labels.ts'
import { Pricer } from './pricer.ts'
import { usageOf } from './sums.ts'
import { machinesIn, periodsOf, type PeriodUsage, placesOf, usageOfPeriods } from './usage-of-periods.ts'

type PeriodQuery = QueryOf<'daily'>

export async function daily(context: ReportContext, query: PeriodQuery): Promise<AnswerOf<'daily'>> {
  const { base, rows } = await periodRows(context, query, 'day')
  return {
    ...base,
    days: rows.map(({ row: { starts: _starts, ends: _ends, ...row }, period: { estimated } }) => ({
      ...row,
      estimated_message_count: estimated.message_count,
      estimated_session_count: estimated.session_count,
      estimated_tool_call_count: estimated.tool_call_count,
    })),
  }
}

export async function weekly(context: ReportContext, query: PeriodQuery): Promise<AnswerOf<'weekly'>> {
  const { base, rows } = await periodRows(context, query, 'week')
  return { ...base, weeks: rows.map(({ row }) => row) }
}

export async function monthly(context: ReportContext, query: PeriodQuery): Promise<AnswerOf<'monthly'>> {
  const { base, rows } = await periodRows(context, query, 'month')
  return { ...base, months: rows.map(({ row }) => row) }
}

export async function hourly(context: ReportContext, query: PeriodQuery): Promise<AnswerOf<'hourly'>> {
  const { base, rows } = await periodRows(context, query, 'hour')
  return { ...base, hours: rows.map(({ row, span }) => ({ ...row, hour: span.label })) }
}

/** A row for each period that has anything. */
async function periodRows(context: ReportContext, query: PeriodQuery, every: Every) {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const periods = periodsOf(every, range)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const labels = await machineLabels(context)
  const found = await usageOfPeriods(context, periods, { filter, pricer })
  const gaps = await gapsOf(context, range, filter)
  const at = placesOf(periods)
  const rows = found.map((period): { period: PeriodUsage; span: Span; row: PeriodRow } => {
    const span = periods.spans[period.span] as Span
    return {
      period,
      span,
      row: { ...at(period.span), ...usageOf(period.sums, pricer), machines: machinesIn(period, labels) },
    }
  })
  return { base: { ...range, ...pricer.said(), gaps }, rows }
}
