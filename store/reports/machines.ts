import { sql } from 'kysely'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { factsOfMachines } from '../machine-days.ts'
import { QUARTER_MS } from '../rollup.ts'
import { breakdown } from './breakdowns.ts'
import type { LedgerSchema, NameId } from '../schema.ts'
import { machineIds } from '../shown-as.ts'
import type { ReportContext } from './context.ts'
import { machineLabels } from './labels.ts'
import { noSums } from '../../core/usage-sums.ts'
import { usageOf } from './sums.ts'

type MachineFacts = LedgerSchema['machine'] & { readonly name: NameId | null }

/**
 * Every machine that was not erased, hidden ones included, the latest first. A hidden one has no usage in any report,
 * so it has none here. One that was merged into another is that other one. Each is called as in every other report.
 */
export async function machines(context: ReportContext, query: QueryOf<'machines'>): Promise<AnswerOf<'machines'>> {
  const { base, found, pricer, filter } = await breakdown(context, query, 'machine')
  const usage = new Map(found.map(({ key, sums }) => [key, sums]))
  const { db, owner } = context
  const { rows } = await sql<MachineFacts>`
    select m.*, n.id as name from machine m left join name n on n.value = m.id
    where m.owner = ${owner} and m.erased_at = 0 and m.deleted_at = 0
    order by m.last_sync desc, m.hostname, m.id
  `.execute(db)
  const facts = await factsOfMachines(db, owner)
  const labels = await machineLabels(context)
  const is = machineIds(rows)
  const families = Map.groupBy(rows, ({ id }) => is(id))
  const latest = (id: string) => Math.max(...(families.get(id) ?? []).map(({ last_sync }) => last_sync))
  return {
    ...base,
    machines: rows
      .filter(({ id, merged_into }) => merged_into === '' && filter.takesMachine(id))
      .toSorted((a, b) => latest(b.id) - latest(a.id))
      .map((row) => {
        const known = row.name === null ? undefined : facts.get(row.name)
        const family = families.get(row.id) ?? []
        return {
          hostname: labels.of(row.id),
          first_seen: new Date(Math.min(...family.map(({ first_seen }) => first_seen))).toISOString(),
          last_sync: new Date(latest(row.id)).toISOString(),
          is_active: row.is_active === 1,
          label: row.label,
          is_archived: row.archived_at > 0,
          is_ephemeral: row.is_ephemeral === 1,
          machine_group: row.machine_group,
          copied_from: row.copied_from === '' || is(row.copied_from) === row.id ? null : labels.of(row.copied_from),
          is_cloned: row.cloned_at > 0,
          machine: row.id,
          event_count: known?.event_count ?? 0,
          last_activity: known === undefined ? null : new Date(known.last_quarter * QUARTER_MS).toISOString(),
          cleanup_period_days: row.cleanup_period_days || null,
          client_version: known?.client_version ?? '',
          ...usageOf(usage.get(row.id) ?? noSums(), pricer),
        }
      }),
  }
}
