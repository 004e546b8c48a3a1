import { sql } from 'kysely'
import type { Span } from '../../core/calendar.ts'
import type { Day } from '../../core/day.ts'
import type { DayRange } from '../../core/range.ts'
import { segmentsOf } from '../../core/segments.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import { namesOf } from '../names.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { Days, DividedDay } from './day-cells.ts'
import type { Filter } from './filter.ts'
import type { Cost, Pricer, PriceKey } from './pricer.ts'
import { eraColumn, type SegmentTable, segmentTable } from './segment-table.ts'

export type PricedCounts = TokenCounts & { readonly web_searches: number }

/** A sum of events: of one span and group, and alike in all that a price depends on. */
export interface Slice extends PricedCounts {
  /** Which of the spans, from 0. */
  readonly span: number
  /** A name's id, or what else the grouping column holds. */
  readonly group: NameId
  readonly price: PriceKey
  /** Of the whole slice. */
  readonly cost: Cost
  readonly responses: number
  readonly prompts: number
  readonly tool_calls: number
  readonly understated: number
}

/**
 * When: days, each of which belongs to a span or to none; or spans of any length, which do not overlap
 * and come in order (none for all time). Days are remembered from report to report.
 */
export type Stretch =
  | { readonly days: Days; readonly spanOfDay: (date: Day, index: number) => number | undefined }
  | { readonly spans: readonly Span[] | undefined }

/** A column of the rollup that usage can be divided by; none for one group. */
export type GroupColumn =
  | 'model'
  | 'machine'
  | 'project'
  | 'subagent'
  | 'client_version'
  | 'account'
  | 'session'
  | 'none'

/** What of the rollup is asked for. */
export interface SliceQuery {
  readonly stretch: Stretch
  readonly group: GroupColumn
  readonly filter: Filter
  /** Prompts have no model, so they would be a group without a name. */
  readonly responsesOnly?: boolean | undefined
}

/** Usage by span and group, divided further by whatever a price depends on. */
export async function slicesOf(context: ReportContext, query: SliceQuery, pricer: Pricer): Promise<Slice[]> {
  if ('days' in query.stretch) {
    const slices: Slice[] = []
    for (const { span, day } of await daysOf(context, query, pricer)) {
      for (const part of day.parts) slices.push({ ...part, span })
    }
    return slices
  }
  const rows = await quarterRows(context, query, pricer)
  const names = await namesOf(
    context.db,
    rows.flatMap(({ model, variant }) => [model, variant]),
  )
  return rows.map(({ model, variant, prompt_step, era, ...row }) => {
    const price = { model: names.get(model) ?? '', variant: names.get(variant) ?? '', prompt_step, era }
    return { ...row, price, cost: pricer.cost(price, row) }
  })
}

/** How many different sessions each span and group has. They cannot be added up, so they are counted by themselves. */
export async function sessionCounts(
  context: ReportContext,
  query: SliceQuery,
  pricer: Pricer,
): Promise<{ span: number; group: NameId; session_count: number }[]> {
  if ('days' in query.stretch) {
    return countedOnce(await daysOf(context, query, pricer))
  }
  const counts: { span: number; group: NameId; session_count: number }[] = []
  for (const table of segmentTable(query.stretch.spans && segmentsOf(query.stretch.spans))) {
    const { rows } = await sql<(typeof counts)[number]>`
      ${table.spans}
      select ${table.span} as span, ${groupColumn(query)} as "group", count(distinct r.session) as session_count
      from ${table.from} where ${condition(context, query, table)} group by 1, 2
    `.execute(context.db)
    counts.push(...rows)
  }
  return counts
}

/** Different pairs of span and group of spans. */
export async function pairsOf(
  context: ReportContext,
  query: SliceQuery & { readonly stretch: { readonly spans: readonly Span[] } },
): Promise<{ span: number; group: NameId }[]> {
  const pairs: { span: number; group: NameId }[] = []
  for (const table of segmentTable(segmentsOf(query.stretch.spans))) {
    const { rows } = await sql<(typeof pairs)[number]>`
      ${table.spans}
      select distinct ${table.span} as span, ${groupColumn(query)} as "group"
      from ${table.from} where ${condition(context, query, table)}
    `.execute(context.db)
    pairs.push(...rows)
  }
  return pairs
}

/** The days of a query, divided by its group, each with its span. */
export async function daysOf(
  context: ReportContext,
  { stretch, group, filter, responsesOnly = false }: SliceQuery,
  pricer: Pricer,
): Promise<{ span: number; day: DividedDay }[]> {
  if (!('days' in stretch) || group === 'session') throw new Error('days are read by days, and not by session')
  const { days, spanOfDay } = stretch
  const found: { span: number; day: DividedDay }[] = []
  for (const [i, day] of (await context.cells.of(context, days, pricer)).entries()) {
    const span = day.cells.length === 0 ? undefined : spanOfDay(day.date, i)
    if (span !== undefined) found.push({ span, day: day.dividedBy(group, { ...filter, responsesOnly }) })
  }
  return found
}

/** A session that goes on over several days of a span is one. */
function countedOnce(
  days: readonly { span: number; day: DividedDay }[],
): { span: number; group: NameId; session_count: number }[] {
  const counts: { span: number; group: NameId; session_count: number }[] = []
  for (const [span, ofSpan] of Map.groupBy(days, (day) => day.span)) {
    const seen = new Map<NameId, Set<NameId>>()
    for (const { day } of ofSpan) {
      for (const [group, sessions] of day.sessions) {
        if (ofSpan.length === 1) {
          counts.push({ span, group, session_count: sessions.length })
          continue
        }
        let known = seen.get(group)
        if (known === undefined) seen.set(group, (known = new Set()))
        for (const session of sessions) known.add(session)
      }
    }
    for (const [group, { size }] of seen) counts.push({ span, group, session_count: size })
  }
  return counts
}

interface QuarterRow extends Omit<Slice, 'price' | 'cost'> {
  readonly model: NameId
  readonly variant: NameId
  readonly prompt_step: number
  readonly era: number
}

async function quarterRows(context: ReportContext, query: SliceQuery, pricer: Pricer): Promise<QuarterRow[]> {
  if (!('spans' in query.stretch)) throw new Error('quarters are of spans')
  const { spans } = query.stretch
  const found: QuarterRow[] = []
  for (const table of segmentTable(spans && segmentsOf(spans))) {
    const { rows } = await sql<QuarterRow>`
      ${table.spans}
      select ${table.span} as span, ${groupColumn(query)} as "group", r.model, r.variant, r.prompt_step,
        ${eraColumn(pricer.boundaries, spans)} as era,
        sum(r.responses) as responses, sum(r.prompts) as prompts, sum(r.input_tokens) as input_tokens,
        sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
        sum(r.cache_write_5m_tokens) as cache_write_5m_tokens,
        sum(r.cache_write_1h_tokens) as cache_write_1h_tokens,
        sum(r.tool_calls) as tool_calls, sum(r.web_searches) as web_searches, sum(r.understated) as understated
      from ${table.from} where ${condition(context, query, table)} group by 1, 2, 3, 4, 5, 6
    `.execute(context.db)
    found.push(...rows)
  }
  return found
}

function groupColumn({ group }: SliceQuery) {
  return group === 'none' ? sql<NameId>`0` : sql<NameId>`${sql.ref(`r.${group}`)}`
}

function condition({ owner }: ReportContext, { filter, responsesOnly }: SliceQuery, { within }: SegmentTable) {
  const responses = responsesOnly ? sql`r.responses > 0` : sql`1 = 1`
  return sql<boolean>`r.owner = ${owner} and ${within} and ${responses} and ${filter.condition}`
}

/** All days of a range, or of all time, as one span. */
export function oneSpan(days: Days): Stretch {
  return { days, spanOfDay: () => 0 }
}

/** Each day of a range as a span of its own. */
export function eachDay(days: DayRange): Stretch {
  return { days, spanOfDay: (_, index) => index }
}
