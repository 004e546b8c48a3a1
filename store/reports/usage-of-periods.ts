import { calendarSpans, type Every, type Span, startOfDay } from '../../core/calendar.ts'
import { addDays, type Day, daysFrom } from '../../core/day.ts'
import { type DayActivity, isEstimate } from '../../core/day-figure.ts'
import type { DayRange } from '../../core/range.ts'
import { namesOf } from '../names.ts'
import type { ReportContext } from './context.ts'
import { daysBySpan } from './divide-days.ts'
import { type Division, divided } from './divided.ts'
import { shownActivity, shownFigures } from './figures.ts'
import type { Filter } from './filter.ts'
import type { Labels } from './labels.ts'
import type { Pricer } from './pricer.ts'
import type { NameId } from '../schema.ts'
import { eachPairOf } from './slices.ts'
import { oneSpan, type Stretch } from './stretch.ts'
import { noSums, type Sums } from '../../core/usage-sums.ts'

/** The periods of a range: spans of time, and which of them a day belongs to. */
export interface Periods {
  readonly every: Every
  readonly range: DayRange
  readonly spans: readonly Span[]
  /** The first day of each span that is in the range. */
  readonly dates: readonly Day[]
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
  const spans = calendarSpans(every, range.from, range.to, range.tz)
  // Labels are local; those of weeks and months may lie before the range.
  const dates = spans.map(({ label }) => (label < range.from ? range.from : label.slice(0, 10)))
  return { every, range, spans, dates }
}

/** When a period is, as rows say it. */
export interface Place {
  readonly date: Day
  readonly starts: string
  readonly ends: string
}

/** When each of the periods is: many rows may be of one. */
export function placesOf({ spans, dates }: Periods): (span: number) => Place {
  const places = new Map<number, Place>()
  return (span) => {
    let place = places.get(span)
    if (place === undefined) {
      const { starts, ends } = spans[span] as Span
      const date = dates[span] as Day
      place = { date, starts: new Date(starts).toISOString(), ends: new Date(ends).toISOString() }
      places.set(span, place)
    }
    return place
  }
}

/** A range as one span. */
export function wholeRange({ from, to, tz }: DayRange): Span {
  return { label: from, starts: startOfDay(from, tz), ends: startOfDay(addDays(to, 1), tz) }
}

/** The periods as reports read them: hours from quarters, everything longer from days. */
export function stretchOf(periods: Periods): Stretch {
  if (periods.every === 'hour') return { spans: periods.spans }
  return { days: periods.range, spanOfDay: spanFinder(periods) }
}

/** The span of a day, for day figures; an hour has none of them. */
export function spanFinder({ every, range, dates }: Periods): (date: string) => number | undefined {
  if (every === 'hour') return () => undefined
  const found = new Map<Day, number>()
  let span = 0
  for (const date of daysFrom(range.from, range.to)) {
    while ((dates[span + 1] ?? '~') <= date) span++
    found.set(date, span)
  }
  return (date) => found.get(date)
}

interface Wanted {
  readonly filter: Filter
  readonly pricer: Pricer
}

/** Usage of each period that has anything, with what day figures add. */
export function usageOfPeriods(context: ReportContext, periods: Periods, wanted: Wanted): Promise<PeriodUsage[]> {
  return usageWithFigures(context, stretchOf(periods), wanted, { range: periods.range, spanOfDay: spanFinder(periods) })
}

/** Usage of a range, or of all time, as one period. */
export async function usageOfRange(
  context: ReportContext,
  range: DayRange | undefined,
  wanted: Wanted,
): Promise<PeriodUsage> {
  const days = range ?? { tz: context.tz }
  const [usage = emptyPeriod(0)] = await usageWithFigures(context, oneSpan(days), wanted, {
    range,
    spanOfDay: () => 0,
  })
  return usage
}

async function usageWithFigures(
  context: ReportContext,
  stretch: Stretch,
  wanted: Wanted,
  { range, spanOfDay }: { range: DayRange | undefined; spanOfDay: (date: string) => number | undefined },
): Promise<PeriodUsage[]> {
  const figures = await shownFigures(context, wanted.filter, range)
  const found = await usageBySpan(context, stretch, wanted, { figures, spanOfDay })
  const noteDay = (span: number, date: string) => found(span).figureDays.push(date)
  for (const { date } of figures) {
    const span = spanOfDay(date)
    if (span !== undefined) noteDay(span, date)
  }
  for (const activity of await shownActivity(context, wanted.filter, range)) {
    const span = spanOfDay(activity.date)
    if (span === undefined) continue
    addActivity(found(span), activity)
    noteDay(span, activity.date)
  }
  return found.all()
}

/** Finds a span's usage, or makes it. */
interface BySpan {
  (span: number): PeriodUsage
  all(): PeriodUsage[]
}

async function usageBySpan(
  context: ReportContext,
  stretch: Stretch,
  { filter, pricer }: Wanted,
  days: Pick<Division, 'figures' | 'spanOfDay'> = {},
): Promise<BySpan> {
  const found = new Map<number, PeriodUsage>()
  const at = (span: number): PeriodUsage => {
    let period = found.get(span)
    if (period === undefined) found.set(span, (period = emptyPeriod(span)))
    return period
  }
  for (const { span, sums } of await divided(context, { by: 'none', filter, pricer, stretch, ...days })) {
    Object.assign(at(span).sums, sums)
  }
  for (const { span, key } of await machinesOf(context, { stretch, filter })) at(span).machines.add(key)
  for (const { date, machine } of days.figures ?? []) {
    const span = days.spanOfDay?.(date)
    if (span !== undefined) at(span).machines.add(machine)
  }
  return Object.assign(at, { all: () => [...found.values()].toSorted((a, b) => a.span - b.span) })
}

/** The ids of the machines that have part in each span. */
async function machinesOf(
  context: ReportContext,
  { stretch, filter }: { stretch: Stretch; filter: Filter },
): Promise<{ span: number; key: string }[]> {
  const pairs =
    'spans' in stretch
      ? await machinePairs(context, stretch.spans ?? [], filter)
      : [...(await daysBySpan(context, stretch, filter))].flatMap(([span, days]) =>
          [...new Set(days.flatMap(({ usage }) => usage.parts.machine.groups))].map((group) => ({
            span,
            group,
          })),
        )
  const names = await namesOf(
    context.db,
    pairs.map(({ group }) => group),
  )
  return pairs.map(({ span, group }) => ({ span, key: names.get(group) ?? '' }))
}

async function machinePairs(context: ReportContext, spans: readonly Span[], filter: Filter) {
  const pairs: { span: number; group: NameId }[] = []
  await eachPairOf(context, { spans, group: 'machine', filter }, (pair) => pairs.push(pair))
  return pairs
}

function addActivity(period: PeriodUsage, activity: DayActivity): void {
  const counts = isEstimate(activity) ? period.estimated : period.sums
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
