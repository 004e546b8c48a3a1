import { type RawBuilder, sql } from 'kysely'
import type { Span } from '../../core/calendar.ts'
import type { Segment } from '../../core/segments.ts'
import { quarterOf } from '../rollup.ts'

/** A piece of SQL that gives rows `r` of the rollup the span in which they lie. */
export interface SegmentTable {
  /** Before the `select`. */
  readonly spans: RawBuilder<unknown>
  /** Index of the span of a row. */
  readonly span: RawBuilder<number>
  /** After `from`. */
  readonly from: RawBuilder<unknown>
  /** In the `where`. */
  readonly within: RawBuilder<boolean>
}

/** No statement may have many more parameters than four for each of these. */
const MOST_SEGMENTS = 4000

/**
 * Spans of equal length in a row are one row of a small table, so that a year of days is a handful of stretches of the
 * rollup, and the span of a row is a division. No zone and no date function reaches SQL. Undefined is all time, as one
 * span. More spans than a statement may have come in several.
 */
export function* segmentTable(segments: readonly Segment[] | undefined): Generator<SegmentTable> {
  if (segments === undefined) {
    yield { spans: sql``, span: sql`0`, from: sql`usage_quarter r`, within: sql`1 = 1` }
    return
  }
  for (let i = 0; i < segments.length; i += MOST_SEGMENTS) {
    const rows = segments
      .slice(i, i + MOST_SEGMENTS)
      // In fixed types: a bound number alone is a fraction to SQLite and a text to PostgreSQL.
      .map((row) => sql`(${sql.join([row.first, row.starts, row.ends, row.stride].map(wholeNumber))})`)
    yield {
      spans: sql`with segment(first, starts, ends, stride) as (values ${sql.join(rows)})`,
      span: sql`segment.first + (r.quarter - segment.starts) / segment.stride`,
      from: sql`segment cross join usage_quarter r`,
      within: sql`r.quarter >= segment.starts and r.quarter < segment.ends`,
    }
  }
}

function wholeNumber(value: number): RawBuilder<number> {
  return sql`cast(${value} as bigint)`
}

/** Which of the stretches between price changes a row lies in, from 0: only those in the spans are told apart. */
export function eraColumn(boundaries: readonly number[], spans: readonly Span[] | undefined): RawBuilder<number> {
  const first = spans?.[0]?.starts ?? Number.NEGATIVE_INFINITY
  const last = spans?.at(-1)?.ends ?? Number.POSITIVE_INFINITY
  const lowest = boundaries.filter((instant) => instant <= first).length
  const inside = boundaries.filter((instant) => instant > first && instant < last)
  if (inside.length === 0) return sql`${sql.raw(String(lowest))}`
  const cases = inside.map((instant, i) => sql`when r.quarter < ${quarterOf(instant)} then ${lowest + i}`)
  return sql`cast(case ${sql.join(cases, sql` `)} else ${lowest + inside.length} end as integer)`
}
