import { calendarSpans, type Every, type Span } from './calendar.ts'
import { addDays, dayNumber } from './day.ts'
import type { DayRange } from './range.ts'

/** A period beside the one before that it is compared with, where each has one. */
export interface PairedPeriods {
  readonly now: Span | undefined
  readonly before: Span | undefined
}

/**
 * The periods of a range, each beside that of the same weekday and hour in the range before, which is moved by whole weeks.
 * Months are no whole weeks: the last stands beside the last. What only the range before has (an hour that the clocks
 * passed over, a fifth month) comes at the end.
 */
export function pairedPeriods(every: Every, range: DayRange, before: DayRange): PairedPeriods[] {
  const [spans, spansBefore] = [spansOf(every, range), spansOf(every, before)]
  const moved = dayNumber(range.from) - dayNumber(before.from)
  const keyBefore = every === 'month' ? fromTheEnd(spansBefore) : (span: Span) => localStart(span, moved)
  const keyNow = every === 'month' ? fromTheEnd(spans) : (span: Span) => localStart(span, 0)
  const waiting = Map.groupBy(spansBefore, keyBefore)
  const pairs = spans.map((now): PairedPeriods => ({ now, before: waiting.get(keyNow(now))?.shift() }))
  const alone = [...waiting.values()].flat().map((span): PairedPeriods => ({ now: undefined, before: span }))
  return [...pairs, ...alone]
}

/** Of each period of a range what stands beside it: one of the range before, found by when it starts. */
export function besideEach<T extends Pick<Span, 'starts'>>(
  every: Every,
  range: DayRange,
  { periods, ...before }: DayRange & { readonly periods: readonly T[] },
): (T | undefined)[] {
  const known = new Map(periods.map((period) => [period.starts, period]))
  return pairedPeriods(every, range, before).flatMap((pair) =>
    pair.now === undefined ? [] : [pair.before && known.get(pair.before.starts)],
  )
}

function spansOf(every: Every, { from, to, tz }: DayRange): readonly Span[] {
  return calendarSpans(every, from, to, tz)
}

/** The day of a label, moved by so many days, and its hour where it has one. */
function localStart({ label }: Span, days: number): string {
  return `${addDays(label.slice(0, 10), days)}${label.slice(10, 16)}`
}

function fromTheEnd(spans: readonly Span[]): (span: Span) => string {
  const places = new Map(spans.map((span, i) => [span, spans.length - i]))
  return (span) => String(places.get(span))
}
