import type { Span } from './calendar.ts'

const QUARTER_MS = 900_000

/** Equally long spans in a row, in quarters of an hour since 1970: `starts` is in it, `ends` is not. */
export interface Segment {
  /** Index of its first span. */
  readonly first: number
  readonly starts: number
  readonly ends: number
  /** Length of each of its spans. */
  readonly stride: number
}

/**
 * Spans as few segments: a year of days is one in UTC and about five where clocks change twice. The span of a quarter
 * is then `first + (quarter - starts) / stride`, in whole numbers. Days of every zone in use since 1972 begin with a
 * quarter of an hour; boundaries of older times are rounded down. An empty span is in no segment.
 */
export function segmentsOf(spans: readonly Span[]): Segment[] {
  const segments: { first: number; starts: number; ends: number; stride: number }[] = []
  for (const [i, span] of spans.entries()) {
    const starts = Math.floor(span.starts / QUARTER_MS)
    const ends = Math.floor(span.ends / QUARTER_MS)
    const last = segments.at(-1)
    if (ends <= starts) continue
    const goesOn =
      last !== undefined &&
      last.ends === starts &&
      last.stride === ends - starts &&
      last.first + (last.ends - last.starts) / last.stride === i
    if (goesOn) last.ends = ends
    else segments.push({ first: i, starts, ends, stride: ends - starts })
  }
  return segments
}
