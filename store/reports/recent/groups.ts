import { type RawBuilder, sql } from 'kysely'
import type { RecentGrouping } from '../../../core/recent.ts'
import { namesOf } from '../../names.ts'
import { quarterOf } from '../../rollup.ts'
import type { NameId } from '../../schema.ts'
import type { ReportContext } from '../context.ts'
import { machineLabels, projectLabels } from '../labels.ts'

/** Rows `r` of the rollup among which groups are looked for. */
export interface Stretch {
  readonly starts: number
  readonly ends: number
  readonly condition: RawBuilder<boolean>
}

/** A group and the last quarter in which it was active. */
export interface ActiveGroup {
  readonly group: NameId
  readonly quarter: number
}

const TOKENS = sql`r.input_tokens + r.output_tokens + r.cache_read_tokens + r.cache_write_5m_tokens
  + r.cache_write_1h_tokens`

/** The groups that were active last, of one quarter the largest. */
export async function activeGroups(
  { db, owner }: ReportContext,
  { by, limit, ...stretch }: Stretch & { readonly by: RecentGrouping; readonly limit: number },
): Promise<ActiveGroup[]> {
  const group = sql.ref(`r.${by}`)
  // Prompts have no model, so they would be one without a name.
  const counted = by === 'model' ? sql`r.responses > 0` : sql`1 = 1`
  const { rows } = await sql<ActiveGroup>`
    select ${group} as "group", max(r.quarter) as quarter from usage_quarter r
    where r.owner = ${owner} and ${within(stretch)} and ${counted}
    group by ${group} order by max(r.quarter) desc, sum(${TOKENS}) desc, ${group} limit ${limit}
  `.execute(db)
  return rows
}

/** Where and with what a group was at work, the one with the most tokens first. */
export interface GroupFacts {
  readonly machines: string[]
  readonly projects: string[]
  readonly models: string[]
}

export async function groupFacts(
  context: ReportContext,
  { by, ...stretch }: Stretch & { readonly by: RecentGrouping },
): Promise<(group: NameId) => GroupFacts> {
  const { db, owner } = context
  const { rows } = await sql<{ group: NameId; machine: NameId; project: NameId; model: NameId; responses: number }>`
    select ${sql.ref(`r.${by}`)} as "group", r.machine, r.project, r.model, sum(r.responses) as responses
    from usage_quarter r where r.owner = ${owner} and ${within(stretch)}
    group by ${sql.ref(`r.${by}`)}, r.machine, r.project, r.model
    order by sum(${TOKENS}) desc, r.machine, r.project, r.model
  `.execute(db)
  const names = await namesOf(
    db,
    rows.flatMap(({ machine, project, model }) => [machine, project, model]),
  )
  const name = (id: NameId) => names.get(id) ?? ''
  const [machines, projects] = [await machineLabels(context), await projectLabels(context)]
  const byGroup = Map.groupBy(rows, ({ group }) => group)
  return (group) => {
    const own = byGroup.get(group) ?? []
    return {
      machines: different(own.map(({ machine }) => machines.of(name(machine)))),
      projects: different(own.map(({ project }) => projects.of(name(project)))),
      models: different(own.filter(({ responses }) => responses > 0).map(({ model }) => name(model))),
    }
  }
}

/** How long the prompt of each session's latest response was: what it holds in its context. */
export async function contextTokens(
  { db, owner }: ReportContext,
  { starts, ends, condition }: Stretch,
): Promise<ReadonlyMap<NameId, number>> {
  const { rows } = await sql<{ session: NameId; tokens: number | null }>`
    select r.session, (
      select e.input_tokens + e.cache_read_tokens + e.cache_write_5m_tokens + e.cache_write_1h_tokens from event e
      where e.owner = ${owner} and e.session = r.session and e.kind = 'response' and e.seen_as = 'main'
      order by e.occurred_at desc, e.seq desc limit 1) as tokens
    from usage_quarter r where r.owner = ${owner} and ${within({ starts, ends, condition })} group by r.session
  `.execute(db)
  return new Map(rows.flatMap(({ session, tokens }) => (tokens === null ? [] : [[session, tokens]])))
}

function within({ starts, ends, condition }: Stretch): RawBuilder<boolean> {
  return sql<boolean>`r.quarter >= ${quarterOf(starts)} and r.quarter < ${quarterOf(ends)} and ${condition}`
}

function different(names: readonly string[]): string[] {
  return [...new Set(names)]
}
