import { type RawBuilder, sql } from 'kysely'
import { type Span, startOfDay } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'
import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, BlockRow, QueryOf } from '../../core/report-specs.ts'
import { totalTokens } from '../../core/tokens.ts'
import { QUARTER_MS } from '../rollup.ts'
import { hiddenMachines } from '../shown-machines.ts'
import type { ReportContext } from './context.ts'
import { divided } from './divided.ts'
import { type Filter, filterOf, isIn } from './filter.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { othersTurn } from './others-turn.ts'
import { Pricer } from './pricer.ts'
import { slicesOf } from './slices.ts'
import { usageOf } from './sums.ts'

const QUARTERS_PER_HOUR = 4
const QUARTERS_PER_BLOCK = 5 * QUARTERS_PER_HOUR

/**
 * Blocks that begin in a range, the latest first. A block begins with the full hour of the first event after the block
 * before it, as Claude's five-hour window does, and is made of all usage: a filter chooses what is counted in it, not
 * when it is.
 */
export async function blocks(context: ReportContext, query: QueryOf<'blocks'>): Promise<AnswerOf<'blocks'>> {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const [from, to] = [startOfDay(range.from, range.tz), startOfDay(addDays(range.to, 1), range.tz)]
  const spans = blockSpans(await quarters(context)).filter(({ starts }) => starts >= from && starts < to)
  const found = await divided(context, { by: 'none', filter, pricer, stretch: { spans } })
  const models = await modelsOf(context, spans, { filter, pricer })
  const now = context.now()
  const rows = found
    .toSorted((a, b) => a.span - b.span)
    .map(({ span, sums }): BlockRow => {
      const { starts, ends } = spans[span] as Span
      return {
        starts: new Date(starts).toISOString(),
        ends: new Date(ends).toISOString(),
        is_active: starts <= now && now < ends,
        models: models(span),
        ...usageOf(sums, pricer),
      }
    })
  return { ...range, ...pricer.said(), blocks: rows.toReversed() }
}

/** The models of each block, the most used first. */
async function modelsOf(
  context: ReportContext,
  spans: readonly Span[],
  { filter, pricer }: { filter: Filter; pricer: Pricer },
): Promise<(span: number) => string[]> {
  const blocks = new Map<number, Map<string, number>>()
  for (const slice of await slicesOf(context, { spans, group: 'none', filter, responsesOnly: true }, pricer)) {
    let tokens = blocks.get(slice.span)
    if (tokens === undefined) blocks.set(slice.span, (tokens = new Map<string, number>()))
    tokens.set(slice.price.model, (tokens.get(slice.price.model) ?? 0) + totalTokens(slice))
  }
  return (span) => [...(blocks.get(span) ?? [])].toSorted(([, a], [, b]) => b - a).map(([model]) => model)
}

/** The blocks of quarters with events, which come in order. Hours are full in UTC, so blocks are whole quarters. */
function blockSpans(active: readonly number[]): Span[] {
  const spans: Span[] = []
  let end = Number.NEGATIVE_INFINITY
  for (const quarter of active) {
    if (quarter < end) continue
    const start = Math.floor(quarter / QUARTERS_PER_HOUR) * QUARTERS_PER_HOUR
    end = start + QUARTERS_PER_BLOCK
    spans.push({ label: String(start), starts: start * QUARTER_MS, ends: end * QUARTER_MS })
  }
  return spans
}

/** So many quarters are looked for at once: other requests have their turn between. */
const AT_ONCE = 2000

/** Each quarter with any usage, found from the one before it: there are few beside the rows of the rollup. */
async function quarters({ db, owner }: ReportContext): Promise<number[]> {
  const hidden = await hiddenMachines(db, owner)
  const isShown = hidden.length === 0 ? sql`1 = 1` : sql`not ${isIn(sql`r.machine`, hidden)}`
  const found: number[] = []
  for (let after = -1; ; await othersTurn()) {
    const next = (quarter: RawBuilder<number>) => sql`
      select min(r.quarter) from usage_quarter r where r.owner = ${owner} and r.quarter > ${quarter} and ${isShown}`
    const { rows } = await sql<{ quarter: number | null }>`
      with recursive active(quarter, nth) as (
        select (${next(sql`cast(${after} as bigint)`)}), 1
        union all
        select (${next(sql`active.quarter`)}), active.nth + 1 from active
        where active.quarter is not null and active.nth < ${AT_ONCE}
      )
      select quarter from active
    `.execute(db)
    for (const { quarter } of rows) if (quarter !== null) found.push(quarter)
    const last = rows.at(-1)?.quarter ?? null
    if (last === null) return found
    after = last
  }
}
