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
/** Nor read much more of the rollup than three days of it: other requests wait for it, and it may take only so long. */
const MOST_QUARTERS = 3 * 96

/**
 * Spans of equal length in a row are one row of a small table, so that a year of days is a handful of stretches of the
 * rollup, and the span of a row is a division. No zone and no date function reaches SQL. Undefined is all time, as one
 * span. More than a statement may have or read comes in several, between which no span is divided.
 */
export function* segmentTable(segments: readonly Segment[] | undefined): Generator<SegmentTable> {
  if (segments === undefined) {
    yield { spans: sql``, span: sql`0`, from: sql`usage_quarter r`, within: sql`1 = 1` }
    return
  }
  for (const some of inStatements(segments.flatMap(inPieces))) {
    const rows = some
      // In fixed types: a bound number alone is a fraction to SQLite and a text to PostgreSQL.
      .map((row) => sql`(${sql.join([row.first, row.starts, row.ends, row.stride].map(wholeNumber))})`)
    yield {
      spans: sql`with segment(first, starts, ends, stride) as (values ${sql.join(rows)})`,
      span: sql`segment.first + (r.quarter - segment.starts) / segment.stride`,
      from: sql`segment cross join usage_quarter r`,
      // Of a table of bounds PostgreSQL cannot tell how much lies between them, and would read the whole rollup.
      within: sql`r.quarter >= segment.starts and r.quarter < segment.ends
        and r.quarter >= ${Math.min(...some.map(({ starts }) => starts))}
        and r.quarter < ${Math.max(...some.map(({ ends }) => ends))}`,
    }
  }
}

/** A segment of which no piece is longer than a statement may read, but for spans that are. */
function inPieces({ first, starts, ends, stride }: Segment): Segment[] {
  const spans = Math.max(1, Math.floor(MOST_QUARTERS / stride))
  const pieces: Segment[] = []
  for (let from = starts, span = first; from < ends; from += spans * stride, span += spans) {
    pieces.push({ first: span, starts: from, ends: Math.min(ends, from + spans * stride), stride })
  }
  return pieces
}

function inStatements(segments: readonly Segment[]): Segment[][] {
  const statements: Segment[][] = []
  let quarters = Number.POSITIVE_INFINITY
  for (const segment of segments) {
    quarters += segment.ends - segment.starts
    const last = statements.at(-1)
    if (last !== undefined && quarters <= MOST_QUARTERS && last.length < MOST_SEGMENTS) last.push(segment)
    else {
      statements.push([segment])
      quarters = segment.ends - segment.starts
    }
  }
  return statements
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
