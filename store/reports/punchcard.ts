import { dayNumber } from '../../core/day.ts'
import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import { filterOf } from './filter.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { Pricer } from './pricer.ts'
import { eachPairOf, slicesOf } from './slices.ts'
import { noSums } from '../../core/usage-sums.ts'
import { addSlice, usageOf } from './sums.ts'
import { periodsOf } from './usage-of-periods.ts'

/** Usage by weekday and local hour. An hour that comes twice is added to the same cell. */
export async function punchcard(context: ReportContext, query: QueryOf<'punchcard'>): Promise<AnswerOf<'punchcard'>> {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const { spans } = periodsOf('hour', range)
  const cellOf = spans.map(({ label }) => weekdayOf(label.slice(0, 10)) * 24 + Number(label.slice(11, 13)))
  const cells = new Map<number, { sums: ReturnType<typeof noSums>; sessions: Set<NameId> }>()
  const cellAt = (span: number) => {
    const at = cellOf[span] as number
    let cell = cells.get(at)
    if (cell === undefined) cells.set(at, (cell = { sums: noSums(), sessions: new Set() }))
    return cell
  }
  for (const slice of await slicesOf(context, { spans, group: 'none', filter }, pricer)) {
    addSlice(cellAt(slice.span).sums, slice, pricer)
  }
  const sessions = { spans, group: 'session', filter } as const
  await eachPairOf(context, sessions, ({ span, group }) => cellAt(span).sessions.add(group))
  const rows = [...cells]
    .toSorted(([a], [b]) => a - b)
    .map(([at, { sums, sessions: seen }]) => ({
      weekday: Math.floor(at / 24),
      hour: at % 24,
      ...usageOf({ ...sums, session_count: seen.size }, pricer),
    }))
  return { ...range, ...pricer.said(), cells: rows }
}

/** 1 is Monday; 1 January 1970 was a Thursday. */
function weekdayOf(date: string): number {
  return ((dayNumber(date) + 3) % 7) + 1
}
