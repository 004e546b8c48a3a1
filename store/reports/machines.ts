import { sql } from 'kysely'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { factsOfMachines } from '../machine-days.ts'
import { QUARTER_MS } from '../rollup.ts'
import { breakdown } from './breakdowns.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import { noSums, usageOf } from './sums.ts'

interface MachineFacts {
  id: string
  hostname: string
  first_seen: number
  last_sync: number
  is_active: number
  cleanup_period_days: number
  name: NameId | null
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
      n.id as name
    from machine m left join name n on n.value = m.id
    where m.owner = ${owner} and m.erased_at = 0
    order by m.last_sync desc, m.hostname, m.id
  `.execute(db)
  const facts = await factsOfMachines(db, owner)
  return {
    ...base,
    machines: rows
      .filter(({ id }) => filter.takesMachine(id))
      .map((row) => {
        const known = row.name === null ? undefined : facts.get(row.name)
        return {
          hostname: row.hostname,
          first_seen: new Date(row.first_seen).toISOString(),
          last_sync: new Date(row.last_sync).toISOString(),
          is_active: row.is_active === 1,
          machine: row.id,
          event_count: known?.event_count ?? 0,
          last_activity: known === undefined ? null : new Date(known.last_quarter * QUARTER_MS).toISOString(),
          cleanup_period_days: row.cleanup_period_days || null,
          ...usageOf(usage.get(row.id) ?? noSums(), pricer),
        }
      }),
  }
}
