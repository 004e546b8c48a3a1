import { type RawBuilder, sql } from 'kysely'
import { segmentsOf } from '../../core/segments.ts'
import { namesOf } from '../names.ts'
import type { Db } from '../open.ts'
import type { NameId, OwnerId } from '../schema.ts'
import { DayDraft, type DayRow, type DayUsage } from './day-usage.ts'
import type { Pricer, PriceKey } from './pricer.ts'
import { eraColumn, segmentTable } from './segment-table.ts'
import type { VersionedDay } from './versioned-days.ts'

interface RollupRow extends DayRow {
  readonly span: number
  readonly variant: NameId
  readonly prompt_step: number
  readonly era: number
}

interface ReadingOptions {
  readonly db: Db
  readonly owner: OwnerId
  readonly condition: RawBuilder<boolean>
  readonly pricer: Pricer
}

/** Days as the rollup has them: its rows that a condition takes, summed by day and session and then divided. */
export async function readDays(
  { db, owner, condition, pricer }: ReadingOptions,
  of: readonly VersionedDay[],
): Promise<DayUsage[]> {
  const days = of.map(({ span }) => span)
  const drafts = days.map(() => new DayDraft(pricer))
  for (const { spans, span, from, within } of segmentTable(segmentsOf(days))) {
    const { rows } = await sql<RollupRow>`
      ${spans}
      select ${span} as span, r.session, r.machine, r.project, r.model, r.variant, r.subagent, r.client_version,
        r.account, r.prompt_step, ${eraColumn(pricer.boundaries, days)} as era,
        sum(r.responses) as responses, sum(r.prompts) as prompts, sum(r.input_tokens) as input_tokens,
        sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
        sum(r.cache_write_5m_tokens) as cache_write_5m_tokens,
        sum(r.cache_write_1h_tokens) as cache_write_1h_tokens, sum(r.tool_calls) as tool_calls,
        sum(r.web_searches) as web_searches, sum(r.understated) as understated,
        min(r.quarter) as first_quarter, max(r.quarter) as last_quarter
      from ${from} where r.owner = ${owner} and ${within} and ${condition}
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 order by 1, 2
    `.execute(db)
    const priceOf = await pricesOf(db, rows)
    for (const row of rows) drafts[row.span]?.add(row, priceOf(row))
  }
  return drafts.map((draft) => draft.finish())
}

/** The price key of each row: one object for all rows that agree in it. */
async function pricesOf(db: Db, rows: readonly RollupRow[]): Promise<(row: RollupRow) => PriceKey> {
  const ids = new Set<NameId>()
  for (const { model, variant } of rows) ids.add(model).add(variant)
  const names = await namesOf(db, ids)
  const keys = new Map<string, PriceKey>()
  return ({ model, variant, prompt_step, era }) => {
    const id = `${model} ${variant} ${prompt_step} ${era}`
    let key = keys.get(id)
    if (key === undefined) {
      keys.set(id, (key = { model: names.get(model) ?? '', variant: names.get(variant) ?? '', prompt_step, era }))
    }
    return key
  }
}
