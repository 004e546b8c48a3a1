import { sql } from 'kysely'
import type { AnswerOf } from '../../core/report-specs.ts'
import type { ReportContext } from './index.ts'

/** Every machine that was not erased, hidden ones included, the latest first. */
export async function machines({ db, owner }: ReportContext): Promise<AnswerOf<'machines'>> {
  const { rows } = await sql<{
    id: string
    hostname: string
    first_seen: number
    last_sync: number
    is_active: number
    event_count: number
  }>`
    select m.id, m.hostname, m.first_seen, m.last_sync, m.is_active, coalesce(c.event_count, 0) as event_count
    from machine m
    left join name n on n.value = m.id
    left join (select machine, count(*) as event_count from event where owner = ${owner} group by machine) c
      on c.machine = n.id
    where m.owner = ${owner} and m.erased_at = 0
    order by m.last_sync desc, m.hostname, m.id
  `.execute(db)
  return {
    machines: rows.map((row) => ({
      hostname: row.hostname,
      first_seen: new Date(row.first_seen).toISOString(),
      last_sync: new Date(row.last_sync).toISOString(),
      is_active: row.is_active === 1,
      machine: row.id,
      event_count: row.event_count,
    })),
  }
}
