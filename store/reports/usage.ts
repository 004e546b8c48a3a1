import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf, UsageRow } from '../../core/report-specs.ts'
import type { ReportContext } from './context.ts'
import { gapsOf } from './coverage.ts'
import { divided } from './divided.ts'
import { shownFigures } from './figures.ts'
import { filterOf } from './filter.ts'
import { groupLabels } from './labels.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { Pricer } from './pricer.ts'
import type { Sums } from '../../core/usage-sums.ts'
import { usageOf } from './sums.ts'
import { periodsOf, type Place, placesOf, spanFinder, stretchOf } from './usage-of-periods.ts'

/** One row a period and group that has anything. */
export async function usage(context: ReportContext, query: QueryOf<'usage'>): Promise<AnswerOf<'usage'>> {
  const { by = 'model', every = 'day' } = query
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const periods = periodsOf(every, range)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const label = await groupLabels(context, by)
  const figures = await shownFigures(context, filter, range)
  const days = { figures, spanOfDay: spanFinder(periods) }
  const found = await divided(context, { by, filter, pricer, stretch: stretchOf(periods), ...days })
  const at = placesOf(periods)
  const rows = found.map(({ span, key, sums }) => rowOf(at(span), label(key), sums, pricer)).toSorted(byTimeThenSize)
  return { ...range, ...pricer.said(), gaps: await gapsOf(context, range, filter), by, every, rows }
}

const remembered = new WeakMap<Sums, UsageRow>()

/** Of sums that are the same in each answer (frozen) the row is, too: so its text has not to be written anew, either. */
function rowOf(place: Place, group: string, sums: Sums, pricer: Pricer): UsageRow {
  const known = remembered.get(sums)
  if (
    known?.group === group &&
    known.date === place.date &&
    known.starts === place.starts &&
    known.ends === place.ends
  ) {
    return known
  }
  const row = { ...place, group, ...usageOf(sums, pricer) }
  if (Object.isFrozen(sums)) remembered.set(sums, Object.freeze(row))
  return row
}

function byTimeThenSize(a: UsageRow, b: UsageRow): number {
  if (a.starts !== b.starts) return a.starts < b.starts ? -1 : 1
  return b.total_tokens - a.total_tokens || (a.group < b.group ? -1 : 1)
}
