import { localDay, mondayOf } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'
import { type DayRange, resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { streaksOf } from '../../core/streaks.ts'
import type { ReportContext } from './context.ts'
import { gapsOf } from './coverage.ts'
import { divided } from './divided.ts'
import { shownFigures } from './figures.ts'
import { filterOf } from './filter.ts'
import { Pricer } from './pricer.ts'
import { noSums } from '../../core/usage-sums.ts'
import { usageOf } from './sums.ts'
import { periodsOf, spanFinder, stretchOf } from './usage-of-periods.ts'

const WEEKS = 53

/** Each day of a range, also those without usage; by default of the last 53 weeks, which begin on Mondays. */
export async function heatmap(context: ReportContext, query: QueryOf<'heatmap'>): Promise<AnswerOf<'heatmap'>> {
  const range = rangeOf(context, query)
  const periods = periodsOf('day', range)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const figures = await shownFigures(context, filter, range)
  const spanOfDay = spanFinder(periods)
  const found = await divided(context, { by: 'none', filter, pricer, stretch: stretchOf(periods), figures, spanOfDay })
  const sums = new Map(found.map((row) => [row.span, row.sums]))
  const days = periods.dates.map((date, i) => {
    const { total_tokens, cost_usd, unpriced_tokens, estimated_tokens } = usageOf(sums.get(i) ?? noSums(), pricer)
    return { date, total_tokens, cost_usd, unpriced_tokens, estimated_tokens }
  })
  const active = days.map(({ total_tokens, estimated_tokens }) => total_tokens + estimated_tokens > 0)
  return {
    ...range,
    ...pricer.said(),
    gaps: await gapsOf(context, range, filter),
    days,
    active_days: active.filter(Boolean).length,
    ...streaksOf(active),
  }
}

function rangeOf({ now, tz: own }: ReportContext, query: QueryOf<'heatmap'>): DayRange {
  const tz = query.tz ?? own
  if ((query.days ?? query.from) !== undefined) return resolveRange(query, { now: now(), tz, days: 1 })
  const to = query.to ?? localDay(now(), tz)
  return { from: addDays(mondayOf(to), -7 * (WEEKS - 1)), to, tz }
}
