import { sql } from 'kysely'
import type { Span } from '../../core/calendar.ts'
import { segmentsOf } from '../../core/segments.ts'
import { namesOf } from '../names.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { DayColumn, PricedPart } from './day-usage.ts'
import type { Filter } from './filter.ts'
import { othersTurn } from './others-turn.ts'
import type { Pricer } from './pricer.ts'
import { eraColumn, type SegmentTable, segmentTable } from './segment-table.ts'

/** A sum of events: of one span and group, and alike in all that a price depends on. */
export interface Slice extends PricedPart {
  /** Which of the spans, from 0. */
  readonly span: number
  /** A name's id, or what else the grouping column holds. */
  readonly group: NameId
}

/** A column of the rollup that usage can be divided by; none for one group. */
export type GroupColumn = DayColumn | 'session'

/** What of the rollup is asked for. */
export interface SliceQuery {
  /** They do not overlap, and come in order; undefined for all time. */
  readonly spans: readonly Span[] | undefined
  readonly group: GroupColumn
  readonly filter: Filter
  /** Prompts have no model, so they would be a group without a name. */
  readonly responsesOnly?: boolean | undefined
}

/**
 * Usage by span and group, divided further by whatever a price depends on, from the quarters of an hour. Whole days come
 * faster from `divided.ts`.
 */
export async function slicesOf(context: ReportContext, query: SliceQuery, pricer: Pricer): Promise<Slice[]> {
  const slices: Slice[] = []
  for (const table of segmentTable(query.spans && segmentsOf(query.spans))) {
    const rows = await quarterRows(context, query, { table, pricer })
    const names = await namesOf(
      context.db,
      rows.flatMap(({ model, variant }) => [model, variant]),
    )
    for (const { model, variant, prompt_step, era, ...row } of rows) {
      const price = { model: names.get(model) ?? '', variant: names.get(variant) ?? '', prompt_step, era }
      slices.push({ ...row, price, cost: pricer.cost(price, row) })
    }
    await othersTurn()
  }
  return slices
}

/** How many different sessions each span and group has. They cannot be added up, so they are counted by themselves. */
export async function sessionCounts(
  context: ReportContext,
  query: SliceQuery,
): Promise<{ span: number; group: NameId; session_count: number }[]> {
  const counts: { span: number; group: NameId; session_count: number }[] = []
  for (const table of segmentTable(query.spans && segmentsOf(query.spans))) {
    const { rows } = await sql<(typeof counts)[number]>`
      ${table.spans}
      select ${table.span} as span, ${groupColumn(query)} as "group", count(distinct r.session) as session_count
      from ${table.from} where ${condition(context, query, table)} group by 1, 2
    `.execute(context.db)
    for (const row of rows) counts.push(row)
    await othersTurn()
  }
  return counts
}

/** Different pairs of span and group of spans, as they are found: sessions of years are many. */
export async function eachPairOf(
  context: ReportContext,
  query: SliceQuery & { readonly spans: readonly Span[] },
  take: (pair: { readonly span: number; readonly group: NameId }) => void,
): Promise<void> {
  for (const table of segmentTable(segmentsOf(query.spans))) {
    const { rows } = await sql<{ span: number; group: NameId }>`
      ${table.spans}
      select distinct ${table.span} as span, ${groupColumn(query)} as "group"
      from ${table.from} where ${condition(context, query, table)}
    `.execute(context.db)
    for (const row of rows) take(row)
    await othersTurn()
  }
}

interface QuarterRow extends Omit<Slice, 'price' | 'cost'> {
  readonly model: NameId
  readonly variant: NameId
  readonly prompt_step: number
  readonly era: number
}

async function quarterRows(
  context: ReportContext,
  query: SliceQuery,
  { table, pricer }: { readonly table: SegmentTable; readonly pricer: Pricer },
): Promise<readonly QuarterRow[]> {
  const { rows } = await sql<QuarterRow>`
    ${table.spans}
    select ${table.span} as span, ${groupColumn(query)} as "group", r.model, r.variant, r.prompt_step,
      ${eraColumn(pricer.boundaries, query.spans)} as era,
      sum(r.responses) as responses, sum(r.prompts) as prompts, sum(r.input_tokens) as input_tokens,
      sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
      sum(r.cache_write_5m_tokens) as cache_write_5m_tokens,
      sum(r.cache_write_1h_tokens) as cache_write_1h_tokens,
      sum(r.tool_calls) as tool_calls, sum(r.web_searches) as web_searches, sum(r.understated) as understated
    from ${table.from} where ${condition(context, query, table)} group by 1, 2, 3, 4, 5, 6
  `.execute(context.db)
  return rows
}

function groupColumn({ group }: SliceQuery) {
  return group === 'none' ? sql<NameId>`0` : sql<NameId>`${sql.ref(`r.${group}`)}`
}

function condition({ owner }: ReportContext, { filter, responsesOnly }: SliceQuery, { within }: SegmentTable) {
  const responses = responsesOnly ? sql`r.responses > 0` : sql`1 = 1`
  return sql<boolean>`r.owner = ${owner} and ${within} and ${responses} and ${filter.condition}`
}
