import { type RawBuilder, sql } from 'kysely'
import type { Picodollars } from '../../../core/money.ts'
import { usdText } from '../../../core/money.ts'
import { PROMPT_STEPS } from '../../../core/prices/prompt-steps.ts'
import { RECENT_STEP_MS, type recentWindow } from '../../../core/recent.ts'
import type { RecentPoint } from '../../../core/report-specs.ts'
import { type TokenCounts, totalTokens } from '../../../core/tokens.ts'
import { namesOf } from '../../names.ts'
import { quarterOf } from '../../rollup.ts'
import type { NameId } from '../../schema.ts'
import type { ReportContext } from '../context.ts'
import type { Pricer } from '../pricer.ts'

export type RecentWindow = ReturnType<typeof recentWindow>

/** What happened lately in a group. */
export interface Lately {
  /** When its last event was. */
  readonly last: number
  readonly points: readonly RecentPoint[]
}

/** A sum of events of one step and group, alike in all that a price depends on. */
interface StepRow extends TokenCounts {
  readonly group: NameId
  readonly step: number
  readonly model: NameId
  readonly variant: NameId
  readonly prompt_step: number
  readonly web_searches: number
  readonly last: number
}

/**
 * Usage of a window in steps, for each group. The rollup knows quarters of an hour only, so this is made of events; the
 * rollup tells in which sessions to look for them.
 */
export async function lately(
  context: ReportContext,
  { group, window, condition }: { group: RawBuilder<NameId>; window: RecentWindow; condition: RawBuilder<boolean> },
  pricer: Pricer,
): Promise<ReadonlyMap<NameId, Lately>> {
  const { db, owner } = context
  const { starts, ends } = window
  const { rows } = await sql<StepRow>`
    with active as (
      select distinct q.session from usage_quarter q
      where q.owner = ${owner} and q.quarter >= ${quarterOf(starts)} and q.quarter < ${quarterOf(ends)})
    select ${group} as "group", (r.occurred_at - ${wholeNumber(starts)}) / ${wholeNumber(RECENT_STEP_MS)} as step,
      r.model, r.variant, ${PROMPT_STEP} as prompt_step, sum(r.input_tokens) as input_tokens,
      sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
      sum(r.cache_write_5m_tokens) as cache_write_5m_tokens, sum(r.cache_write_1h_tokens) as cache_write_1h_tokens,
      sum(r.web_searches) as web_searches, max(r.occurred_at) as last
    from active cross join event r
    where r.owner = ${owner} and r.session = active.session and r.occurred_at >= ${starts} and r.occurred_at < ${ends}
      and ${condition}
    group by 1, 2, 3, 4, 5 order by 2
  `.execute(db)
  const names = await namesOf(
    db,
    rows.flatMap(({ model, variant }) => [model, variant]),
  )
  const name = (id: NameId) => names.get(id) ?? ''
  const groups = [...Map.groupBy(rows, (row) => row.group)]
  return new Map(
    groups.map(([id, ofGroup]) => {
      const points = [...Map.groupBy(ofGroup, ({ step }) => step)].flatMap(([step, ofStep]) => {
        const at = starts + step * RECENT_STEP_MS
        const sums = ofStep.map((row) => ({ tokens: totalTokens(row), cost: costOf(row, at, name, pricer) }))
        return pointOf(at, sums)
      })
      return [id, { last: Math.max(...ofGroup.map(({ last }) => last)), points }]
    }),
  )
}

/** How many of the steps between prices a prompt exceeds, as `promptStep` says. */
const PROMPT_STEP = promptStepColumn()

function promptStepColumn(): RawBuilder<number> {
  const prompt = sql`r.input_tokens + r.cache_write_5m_tokens + r.cache_write_1h_tokens + r.cache_read_tokens`
  const cases = PROMPT_STEPS.map(
    (most, i) => sql`when ${prompt} > ${sql.raw(String(most))} then ${sql.raw(String(i + 1))}`,
  )
  return sql`case ${sql.join(cases.toReversed(), sql` `)} else 0 end`
}

function costOf(
  { model, variant, prompt_step, ...counts }: StepRow,
  at: number,
  name: (id: NameId) => string,
  pricer: Pricer,
): Picodollars | undefined {
  if (totalTokens(counts) === 0 && counts.web_searches === 0) return 0n
  const era = pricer.boundaries.filter((instant) => instant <= at).length
  return pricer.cost({ model: name(model), variant: name(variant), prompt_step, era }, counts).list
}

/** A step's sums as one point; none where nothing was used. */
function pointOf(
  at: number,
  sums: readonly { readonly tokens: number; readonly cost: Picodollars | undefined }[],
): RecentPoint[] {
  const total_tokens = sums.reduce((sum, { tokens }) => sum + tokens, 0)
  const cost = sums.reduce((sum, part) => sum + (part.cost ?? 0n), 0n)
  if (total_tokens === 0 && cost === 0n) return []
  const isPriced = cost > 0n || sums.some((part) => part.cost !== undefined && part.tokens > 0)
  return [{ at: new Date(at).toISOString(), total_tokens, cost_usd: isPriced ? usdText(cost) : null }]
}

function wholeNumber(value: number): RawBuilder<number> {
  return sql`cast(${value} as bigint)`
}
