import { Problem } from '../../core/problem.ts'
import { MAX_LOG_PAGE } from '../../core/reports/page.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import type { Logged } from '../event-rows.ts'
import { machineName } from '../machines.ts'
import { namesOf } from '../names.ts'
import { waitingAfter } from '../outbox.ts'
import { labelsOf } from '../projects.ts'
import type { Position } from '../sequence.ts'
import { goneMachines, heirsOf, realMachines, shownAs } from '../shown-as.ts'
import type { ReportContext } from './context.ts'

/** What lies after a place in the ledger, as a sync would send it. */
export async function log(
  { db, owner }: ReportContext,
  { limit = MAX_LOG_PAGE, cursor }: QueryOf<'log'>,
): Promise<AnswerOf<'log'>> {
  const after = cursor === undefined ? 0 : parseCursor(cursor)
  const { up_to, ...waiting } = await waitingAfter(db, owner, after, limit)
  const shown = await shownMachines({ db, owner }, waiting.events)
  const events = waiting.events.flatMap(shown.event)
  const figures = {
    figures: waiting.figures.figures.flatMap(shown.of),
    activity: waiting.figures.activity.flatMap(shown.of),
  }
  const labels = await labelsOf(
    db,
    owner,
    events.map(({ event }) => event.project),
  )
  const { models } = waiting.figures
  const count = waiting.events.length + waiting.figures.figures.length + waiting.figures.activity.length + models.length
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

/** For which machine each row counts; none for what is being deleted. */
async function shownMachines({ db, owner }: Pick<ReportContext, 'db' | 'owner'>, events: readonly Logged[]) {
  const is = await realMachines(db, owner)
  const gone = await goneMachines(db, owner)
  const left = events.flatMap(({ event }) => (gone.has(event.machine) ? [event.id] : []))
  const heirs = await heirsOf(db, owner, left, await shownAs(db, owner))
  const names = await namesOf(db, heirs.values())
  const of = <R extends { readonly machine: string }>(row: R): R[] =>
    gone.has(row.machine) ? [] : [{ ...row, machine: is(row.machine) }]
  const event = ({ seq, event: told }: Logged): Logged[] => {
    const heir = names.get(heirs.get(told.id) ?? 0)
    return of(heir === undefined ? told : { ...told, machine: heir }).map((shown) => ({ seq, event: shown }))
  }
  return { of, event }
}

async function hostnames(
  { db, owner }: Pick<ReportContext, 'db' | 'owner'>,
  machines: ReadonlySet<string>,
): Promise<{ machine: string; hostname: string }[]> {
  const rows = await db
    .selectFrom('machine')
    .select(['id as machine', 'hostname', 'label'])
    .where('owner', '=', owner)
    .orderBy('id')
    .execute()
  return rows.flatMap((row) =>
    machines.has(row.machine) ? [{ machine: row.machine, hostname: machineName(row) }] : [],
  )
}
