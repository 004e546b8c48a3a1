import { forgetKeys } from './event-index.ts'
import { eachPageOfEvents } from './event-pages.ts'
import { findName } from './names.ts'
import type { Tx } from './open.ts'
import { forgetUnusedProjects } from './projects.ts'
import { rebuildRollup } from './rollup.ts'
import type { NameId, OwnerId } from './schema.ts'

/**
 * Erases a machine's data for good. Events that another machine has shown too go to that machine; the rest are gone,
 * and the machine is not let in again until someone reactivates it.
 */
export async function eraseMachine(tx: Tx, owner: OwnerId, id: string, now: number): Promise<void> {
  const machine = await findName(tx, id)
  if (machine !== undefined) {
    await giveSharedEventsAway(tx, owner, machine)
    await eachPageOfEvents(
      tx,
      (_, rows) =>
        forgetKeys(
          tx,
          owner,
          rows.filter((row) => row.machine === machine),
        ),
      owner,
    )
    await tx.deleteFrom('event').where('owner', '=', owner).where('machine', '=', machine).execute()
    for (const table of [
      'seen_by',
      'seen_day',
      'coverage_span',
      'day_figure',
      'day_activity',
      'model_figure',
      'limit_sample',
    ] as const) {
      await tx.deleteFrom(table).where('owner', '=', owner).where('machine', '=', machine).execute()
    }
    await tx.deleteFrom('figure_snapshot').where('owner', '=', owner).where('machine', '=', machine).execute()
    await rebuildRollup(tx, owner)
    await forgetUnusedProjects(tx, owner)
  }
  await tx
    .updateTable('machine')
    .set({ is_active: 0, erased_at: now })
    .where('owner', '=', owner)
    .where('id', '=', id)
    .execute()
}

async function giveSharedEventsAway(tx: Tx, owner: OwnerId, machine: NameId): Promise<void> {
  const shared = await tx
    .selectFrom('event')
    .innerJoin('seen_by', (join) =>
      join.onRef('seen_by.event', '=', 'event.id').onRef('seen_by.owner', '=', 'event.owner'),
    )
    .select((e) => ['event.seq', e.fn.min('seen_by.machine').as('heir')])
    .where('event.owner', '=', owner)
    .where('event.machine', '=', machine)
    .where('seen_by.machine', '!=', machine)
    .groupBy('event.seq')
    .execute()
  for (const { seq, heir } of shared) {
    await tx.updateTable('event').set({ machine: heir }).where('owner', '=', owner).where('seq', '=', seq).execute()
  }
}
