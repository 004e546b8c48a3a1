import { Problem } from '../../core/problem.ts'
import { MAX_LOG_PAGE } from '../../core/reports/page.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { waitingAfter } from '../outbox.ts'
import { labelsOf } from '../projects.ts'
import type { Position } from '../sequence.ts'
import type { ReportContext } from './context.ts'

/** What lies after a place in the ledger, as a sync would send it. */
export async function log(
  { db, owner }: ReportContext,
  { limit = MAX_LOG_PAGE, cursor }: QueryOf<'log'>,
): Promise<AnswerOf<'log'>> {
  const after = cursor === undefined ? 0 : parseCursor(cursor)
  const { up_to, events, figures } = await waitingAfter(db, owner, after, limit)
  const labels = await labelsOf(
    db,
    owner,
    events.map(({ event }) => event.project),
  )
  const count = events.length + figures.figures.length + figures.activity.length + figures.models.length
  return {
    next_cursor: count < limit ? null : String(up_to),
    machines: await hostnames(
      { db, owner },
      new Set([
        ...events.map(({ event }) => event.machine),
        ...[...figures.figures, ...figures.activity].map(({ machine }) => machine),
      ]),
    ),
    projects: [...labels].map(([project, label]) => ({ project, label })),
    events: events.map(({ event }) => ({ ...event, occurred_at: new Date(event.occurred_at).toISOString() })),
    figures: figures.figures.map(({ seq: _, ...figure }) => figure),
    activity: figures.activity.map(({ seq: _, ...activity }) => activity),
  }
}

function parseCursor(cursor: string): Position {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Problem('invalid-request', 'This cursor is not one of ours.', {
    hint: 'Use the next_cursor of the page before, as it is.',
  })
}

async function hostnames(
  { db, owner }: Pick<ReportContext, 'db' | 'owner'>,
  machines: ReadonlySet<string>,
): Promise<{ machine: string; hostname: string }[]> {
  const rows = await db
    .selectFrom('machine')
    .select(['id as machine', 'hostname'])
    .where('owner', '=', owner)
    .orderBy('id')
    .execute()
  return rows.filter(({ machine }) => machines.has(machine))
}
