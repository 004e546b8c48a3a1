import { sql } from 'kysely'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { QUARTER_MS } from '../rollup.ts'
import { breakdown } from './breakdowns.ts'
import type { ReportContext } from './context.ts'
import { noSums, usageOf } from './sums.ts'

interface MachineFacts {
  id: string
  hostname: string
  first_seen: number
  last_sync: number
  is_active: number
  cleanup_period_days: number
  event_count: number
  last_quarter: number | null
}

/**
 * Every machine that was not erased, hidden ones included, the latest first. A hidden one has no usage in any report,
 * so it has none here.
 */
export async function machines(context: ReportContext, query: QueryOf<'machines'>): Promise<AnswerOf<'machines'>> {
  const { base, found, pricer, filter } = await breakdown(context, query, 'machine')
  const usage = new Map(found.map(({ key, sums }) => [key, sums]))
  const { db, owner } = context
  const { rows } = await sql<MachineFacts>`
    select m.id, m.hostname, m.first_seen, m.last_sync, m.is_active, m.cleanup_period_days,
      coalesce(c.event_count, 0) as event_count, c.last_quarter
    from machine m
    left join name n on n.value = m.id
    left join (
      select machine, sum(responses + prompts) as event_count, max(quarter) as last_quarter
      from usage_quarter where owner = ${owner} group by machine) c on c.machine = n.id
    where m.owner = ${owner} and m.erased_at = 0
    order by m.last_sync desc, m.hostname, m.id
  `.execute(db)
  return {
    ...base,
    machines: rows
      .filter(({ id }) => filter.takesMachine(id))
      .map((row) => ({
        hostname: row.hostname,
        first_seen: new Date(row.first_seen).toISOString(),
        last_sync: new Date(row.last_sync).toISOString(),
        is_active: row.is_active === 1,
        machine: row.id,
        event_count: row.event_count,
        last_activity: row.last_quarter === null ? null : new Date(row.last_quarter * QUARTER_MS).toISOString(),
        cleanup_period_days: row.cleanup_period_days || null,
        ...usageOf(usage.get(row.id) ?? noSums(), pricer),
      })),
  }
}
