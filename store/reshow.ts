import { moveMachineDays } from './machine-days.ts'
import type { Tx } from './open.ts'
import { moveRollup } from './rollup.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import { eventsAsShown, shownAs, writeShownAs } from './shown-as.ts'

const PAGE = 5000

/** After what people say of machines has changed: says for which machine each event counts now, in the rollup as well. */
export async function reshow(tx: Tx, owner: OwnerId): Promise<void> {
  const before = await shownAs(tx, owner)
  await writeShownAs(tx, owner)
  const after = await shownAs(tx, owner)
  const said = [...new Set([...before.machines, ...after.machines])]
  for (let page = await eventsOf(tx, owner, said, -1); page.length > 0;) {
    const out = await eventsAsShown(tx, owner, page, before)
    const into = await eventsAsShown(tx, owner, page, after)
    const hasMoved = (_: EventTable, i: number) => out[i]?.machine !== into[i]?.machine
    const moved = { out: out.filter(hasMoved), into: into.filter(hasMoved) }
    await moveMachineDays(tx, await moveRollup(tx, moved, new Map()))
    page = await eventsOf(tx, owner, said, page.at(-1)?.seq as number)
  }
}

async function eventsOf(tx: Tx, owner: OwnerId, machines: readonly NameId[], after: number): Promise<EventTable[]> {
  if (machines.length === 0) return []
  return tx
    .selectFrom('event')
    .selectAll()
    .where('owner', '=', owner)
    .where('machine', 'in', machines)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(PAGE)
    .execute()
}
