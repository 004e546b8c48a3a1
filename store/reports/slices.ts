import { type RawBuilder, sql } from 'kysely'
import type { Segment } from '../../core/segments.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import { namesOf } from '../names.ts'
import { quarterOf } from '../rollup.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { Filter } from './filter.ts'
import type { PriceKey } from './pricer.ts'

export type PricedCounts = TokenCounts & { readonly web_searches: number }

/** A sum of events: of one span and group, and alike in all that a price depends on. */
export interface Slice extends PricedCounts {
  /** Which of the spans, from 0. */
  readonly span: number
  /** A name's id, or what else the grouping column holds. */
  readonly group: NameId
  readonly price: PriceKey
  readonly responses: number
  readonly prompts: number
  readonly tool_calls: number
  readonly understated: number
}

/** What of the rollup is asked for. */
export interface SliceQuery {
  /** Undefined for all time, which is then one span. */
  readonly segments: readonly Segment[] | undefined
  /** The column to divide by: of the rollup, called `r`. */
  readonly group: RawBuilder<NameId>
  readonly filter: Filter
}

interface SliceRow extends Omit<Slice, 'price'> {
  readonly model: NameId
  readonly variant: NameId
  readonly prompt_step: number
  readonly era: number
}

/** No statement may have many more parameters than four for each of these. */
const MOST_SEGMENTS = 4000

export const NO_GROUP = sql<NameId>`0`

/** Usage by span and group, divided further by whatever a price depends on. */
export async function slicesOf(
  context: ReportContext,
  query: SliceQuery,
  boundaries: readonly number[],
): Promise<Slice[]> {
  const rows: SliceRow[] = []
  for (const part of parts(query)) {
    const { rows: found } = await sql<SliceRow>`
      ${part.spans}
      select ${part.span} as span, ${query.group} as "group", r.model, r.variant, r.prompt_step,
        ${eraColumn(boundaries)} as era,
        sum(r.responses) as responses, sum(r.prompts) as prompts, sum(r.input_tokens) as input_tokens,
        sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
        sum(r.cache_write_5m_tokens) as cache_write_5m_tokens,
        sum(r.cache_write_1h_tokens) as cache_write_1h_tokens,
        sum(r.tool_calls) as tool_calls, sum(r.web_searches) as web_searches, sum(r.understated) as understated
      from ${part.from} where ${part.where(context)} group by 1, 2, 3, 4, 5, 6
    `.execute(context.db)
    rows.push(...found)
  }
  const names = await namesOf(
    context.db,
    rows.flatMap(({ model, variant }) => [model, variant]),
  )
  return rows.map(({ model, variant, prompt_step, era, ...row }) => ({
    ...row,
    price: { model: names.get(model) ?? '', variant: names.get(variant) ?? '', prompt_step, era },
  }))
}

/** How many different sessions each span and group has. They cannot be added up, so they are counted by themselves. */
export async function sessionCounts(
  context: ReportContext,
  query: SliceQuery,
): Promise<{ span: number; group: NameId; session_count: number }[]> {
  const counts: { span: number; group: NameId; session_count: number }[] = []
  for (const part of parts(query)) {
    const { rows } = await sql<(typeof counts)[number]>`
      ${part.spans}
      select ${part.span} as span, ${query.group} as "group", count(distinct r.session) as session_count
      from ${part.from} where ${part.where(context)} group by 1, 2
    `.execute(context.db)
    counts.push(...rows)
  }
  return counts
}

/** Different pairs of span and value of a column. */
export async function pairsOf(context: ReportContext, query: SliceQuery): Promise<{ span: number; group: NameId }[]> {
  const pairs: { span: number; group: NameId }[] = []
  for (const part of parts(query)) {
    const { rows } = await sql<(typeof pairs)[number]>`
      ${part.spans}
      select distinct ${part.span} as span, ${query.group} as "group" from ${part.from} where ${part.where(context)}
    `.execute(context.db)
    pairs.push(...rows)
  }
  return pairs
}

interface Part {
  readonly spans: RawBuilder<unknown>
  readonly span: RawBuilder<number>
  readonly from: RawBuilder<unknown>
  readonly where: (context: ReportContext) => RawBuilder<boolean>
}

/**
 * The parts of a query. Spans of equal length in a row are one row of a small table, so that a year of days is a
 * handful of stretches of the rollup, and the span of a row is a division. No zone and no date function reaches SQL.
 */
function* parts({ segments, filter }: SliceQuery): Generator<Part> {
  if (segments === undefined) {
    yield {
      spans: sql``,
      span: sql`0`,
      from: sql`usage_quarter r`,
      where: ({ owner }) => sql`r.owner = ${owner} and ${filter.condition}`,
    }
    return
  }
  for (let i = 0; i < segments.length; i += MOST_SEGMENTS) {
    const rows = segments
      .slice(i, i + MOST_SEGMENTS)
      .map(({ first, starts, ends, stride }) => sql`(${first}, ${starts}, ${ends}, ${stride})`)
    yield {
      spans: sql`with segment(first, starts, ends, stride) as (values ${sql.join(rows)})`,
      // SQLite takes a bound number for a fraction.
      span: sql`cast(segment.first + (r.quarter - segment.starts) / segment.stride as integer)`,
      from: sql`segment cross join usage_quarter r`,
      where: ({ owner }) => sql`r.owner = ${owner} and r.quarter >= segment.starts and r.quarter < segment.ends
        and ${filter.condition}`,
    }
  }
}

function eraColumn(boundaries: readonly number[]): RawBuilder<number> {
  if (boundaries.length === 0) return sql`0`
  const cases = boundaries.map((instant, era) => sql`when r.quarter < ${quarterOf(instant)} then ${era}`)
  return sql`case ${sql.join(cases, sql` `)} else ${boundaries.length} end`
}
