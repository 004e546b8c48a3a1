import { calendarSpans, type Every, localDay, type Span, startOfDay } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'
import type { DayActivity } from '../../core/day-figure.ts'
import type { DayRange } from '../../core/range.ts'
import { segmentsOf } from '../../core/segments.ts'
import type { ReportContext } from './context.ts'
import { type Division, divided } from './divided.ts'
import { shownActivity, shownFigures } from './figures.ts'
import type { Filter } from './filter.ts'
import type { Labels } from './labels.ts'
import type { Pricer } from './pricer.ts'
import { NO_GROUP, sessionCounts } from './slices.ts'
import { addSums, noSums, type Sums } from './sums.ts'

/** The periods of a range: spans of time, and which of them a day belongs to. */
export interface Periods {
  readonly every: Every
  readonly range: DayRange
  readonly spans: readonly Span[]
}

/** Usage of one period over all machines. */
export interface PeriodUsage {
  readonly span: number
  readonly sums: Sums
  /** Ids of the machines that have part in it. */
  readonly machines: Set<string>
  /** What stats-cache.json tells of a time of which there is no event. */
  readonly estimated: Activity
  /** Days that day figures tell of. */
  readonly figureDays: string[]
}

interface Activity {
  message_count: number
  session_count: number
  tool_call_count: number
}

export function periodsOf(every: Every, range: DayRange): Periods {
  return { every, range, spans: calendarSpans(every, range.from, range.to, range.tz) }
}

/** A range as one period. */
export function wholeRange(range: DayRange): Periods {
  const { from, to, tz } = range
  const starts = startOfDay(from, tz)
  const ends = startOfDay(addDays(to, 1), tz)
  return { every: 'day', range, spans: [{ label: from, starts, ends }] }
}

/** The span of a day, for day figures; an hour has none of them. */
export function spanFinder({ every, range, spans }: Periods): (date: string) => number | undefined {
  if (every === 'hour') return () => undefined
  const firsts = spans.map(({ starts }) => localDay(starts, range.tz))
  return (date) => {
    const span = firsts.findLastIndex((first) => first <= date)
    return span === -1 || date > range.to ? undefined : span
  }
}

interface Wanted {
  readonly filter: Filter
  readonly pricer: Pricer
}

/** Usage of each period that has anything, or of all time as one, with what day figures add. */
export async function usageOfPeriods(
  context: ReportContext,
  periods: Periods | undefined,
  wanted: Wanted,
): Promise<PeriodUsage[]> {
  const spanOfDay = periods === undefined ? () => 0 : spanFinder(periods)
  const figures = await shownFigures(context, wanted.filter, periods?.range)
  const found = await usageBySpan(context, periods?.spans, wanted, { figures, spanOfDay })
  const noteDay = (span: number, date: string) => found(span).figureDays.push(date)
  for (const { date } of figures) {
    const span = spanOfDay(date)
    if (span !== undefined) noteDay(span, date)
  }
  for (const activity of await shownActivity(context, wanted.filter, periods?.range)) {
    const span = spanOfDay(activity.date)
    if (span === undefined) continue
    addActivity(found(span), activity)
    noteDay(span, activity.date)
  }
  return found.all()
}

/** Usage of each span that has any, by events alone. */
export async function usageOfSpans(
  context: ReportContext,
  spans: readonly Span[],
  wanted: Wanted,
): Promise<PeriodUsage[]> {
  return (await usageBySpan(context, spans, wanted)).all()
}

/** Finds a span's usage, or makes it. */
interface BySpan {
  (span: number): PeriodUsage
  all(): PeriodUsage[]
}

async function usageBySpan(
  context: ReportContext,
  spans: readonly Span[] | undefined,
  { filter, pricer }: Wanted,
  days: Pick<Division, 'figures' | 'spanOfDay'> = {},
): Promise<BySpan> {
  const found = new Map<number, PeriodUsage>()
  const at = (span: number): PeriodUsage => {
    let period = found.get(span)
    if (period === undefined) found.set(span, (period = emptyPeriod(span)))
    return period
  }
  for (const { span, key, sums } of await divided(context, { by: 'machine', filter, pricer, spans, ...days })) {
    addSums(at(span).sums, sums)
    at(span).machines.add(key)
  }
  const segments = spans && segmentsOf(spans)
  for (const { span, session_count } of await sessionCounts(context, { segments, group: NO_GROUP, filter })) {
    at(span).sums.session_count = session_count
  }
  return Object.assign(at, { all: () => [...found.values()].toSorted((a, b) => a.span - b.span) })
}

function addActivity(period: PeriodUsage, activity: DayActivity): void {
  const counts = activity.origin === 'stats-cache' ? period.estimated : period.sums
  counts.message_count += activity.message_count
  counts.session_count += activity.session_count
  counts.tool_call_count += activity.tool_call_count
  period.machines.add(activity.machine)
}

export function emptyPeriod(span: number): PeriodUsage {
  const estimated = { message_count: 0, session_count: 0, tool_call_count: 0 }
  return { span, sums: noSums(), machines: new Set(), estimated, figureDays: [] }
}

/** Labels of machines, as a row lists them. */
export function machinesIn({ machines }: PeriodUsage, labels: Labels): string[] {
  return [...machines].map(labels.of).toSorted()
}
