import { listsOfFixedLength } from './bulk.ts'
import { forgetKeys } from './event-index.ts'
import { eachPageOfEvents } from './event-pages.ts'
import { familyOf } from './machines.ts'
import { internNames } from './names.ts'
import type { Tx } from './open.ts'
import { forgetUnusedProjects } from './projects.ts'
import { rebuildRollup } from './rollup.ts'
import type { NameId, OwnerId } from './schema.ts'
import { heirsOf, shownAs, writeShownAs } from './shown-as.ts'

/**
 * Erases a machine's data for good, and those of the machines that are this one. Events that another machine has shown
 * too go to that machine; the rest are gone, and the machine is not let in again until someone reactivates it.
 */
export async function eraseMachine(tx: Tx, owner: OwnerId, id: string, now: number): Promise<void> {
  const ids = await familyOf(tx, owner, id)
  const family = new Set((await internNames(tx, ids)).values())
  await giveSharedEventsAway(tx, owner, family)
  for (const table of TABLES) {
    await tx
      .deleteFrom(table)
      .where('owner', '=', owner)
      .where('machine', 'in', [...family])
      .execute()
  }
  await tx
    .updateTable('machine')
    .set({ is_active: 0, erased_at: now, deleted_at: 0 })
    .where('owner', '=', owner)
    .where('id', 'in', ids)
    .execute()
  await writeShownAs(tx, owner)
  await rebuildRollup(tx, owner)
  await forgetUnusedProjects(tx, owner)
}

const TABLES = [
  'event',
  'seen_by',
  'seen_day',
  'coverage_span',
  'day_figure',
  'day_activity',
  'model_figure',
  'limit_sample',
  'figure_snapshot',
] as const

/**
 * To whom they counted already, where the machine was hidden until then; or else to one that is deleted, but may come back.
 * The others are not found by their ids any more.
 */
async function giveSharedEventsAway(tx: Tx, owner: OwnerId, family: ReadonlySet<NameId>): Promise<void> {
  const as = await shownAs(tx, owner)
  const isErased = (machine: NameId) => family.has(machine)
  const isGone = (machine: NameId) => isErased(machine) || as.isGone(machine)
  await eachPageOfEvents(
    tx,
    async (_, rows) => {
      const own = rows.filter(({ machine }) => family.has(machine))
      const ids = own.map((row) => row.id)
      const shown = await heirsOf(tx, owner, ids, { isGone })
      const left = ids.filter((id) => !shown.has(id))
      const heirs = new Map([...shown, ...(await heirsOf(tx, owner, left, { isGone: isErased }))])
      const given = own.filter((row) => heirs.has(row.id))
      for (const [heir, events] of Map.groupBy(given, (row) => heirs.get(row.id) as NameId)) {
        for (const list of listsOfFixedLength(events.map(({ seq }) => seq))) {
          await tx
            .updateTable('event')
            .set({ machine: heir })
            .where('owner', '=', owner)
            .where('seq', 'in', list)
            .execute()
        }
      }
      await forgetKeys(
        tx,
        owner,
        own.filter((row) => !heirs.has(row.id)),
      )
    },
    owner,
  )
}
