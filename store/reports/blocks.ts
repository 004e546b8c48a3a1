import { sql } from 'kysely'
import { type Span, startOfDay } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'
import { resolveRange } from '../../core/range.ts'
import type { AnswerOf, BlockRow, QueryOf } from '../../core/report-specs.ts'
import { QUARTER_MS } from '../rollup.ts'
import { machineIsShown } from '../shown-machines.ts'
import type { ReportContext } from './context.ts'
import { divided } from './divided.ts'
import { filterOf } from './filter.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { Pricer } from './pricer.ts'
import { usageOf } from './sums.ts'
import { usageOfSpans } from './usage-of-periods.ts'

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
  const found = await usageOfSpans(context, spans, { filter, pricer })
  const byModel = await divided(context, { by: 'model', filter, pricer, stretch: { spans } })
  const models = Map.groupBy(
    byModel.toSorted((a, b) => b.sums.total_tokens - a.sums.total_tokens),
    ({ span }) => span,
  )
  const now = context.now()
  const rows = found.map(({ span, sums }): BlockRow => {
    const { starts, ends } = spans[span] as Span
    return {
      starts: new Date(starts).toISOString(),
      ends: new Date(ends).toISOString(),
      is_active: starts <= now && now < ends,
      models: (models.get(span) ?? []).map(({ key }) => key),
      ...usageOf(sums, pricer),
    }
  })
  return { ...range, ...pricer.said(), blocks: rows.toReversed() }
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

async function quarters({ db, owner }: ReportContext): Promise<number[]> {
  const { rows } = await sql<{ quarter: number }>`
    select distinct r.quarter from usage_quarter r
    where r.owner = ${owner} and ${machineIsShown(owner, sql`r.machine`)} order by r.quarter
  `.execute(db)
  return rows.map(({ quarter }) => quarter)
}
