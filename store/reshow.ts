import { moveMachineDays } from './machine-days.ts'
import { moveCells } from './move-cells.ts'
import type { Tx } from './open.ts'
import { moveRollup } from './rollup.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import { eventsAsShown, type ShownAs, shownAs, writeShownAs } from './shown-as.ts'

const PAGE = 5000

/** After what people say of machines has changed: says for which machine each event counts now, in the rollup as well. */
export async function reshow(tx: Tx, owner: OwnerId): Promise<void> {
  const before = await shownAs(tx, owner)
  await writeShownAs(tx, owner)
  const after = await shownAs(tx, owner)
  const moved = wholeMoves(before, after)
  if (moved !== undefined) {
    for (const [from, to] of moved) await moveCells(tx, owner, from, to)
    return
  }
  const said = [...new Set([...before.machines, ...after.machines])]
  for (let page = await eventsOf(tx, owner, said, -1); page.length > 0;) {
    const out = await eventsAsShown(tx, owner, page, before)
    const into = await eventsAsShown(tx, owner, page, after)
    const hasMoved = (_: EventTable, i: number) => out[i]?.machine !== into[i]?.machine
    const changed = { out: out.filter(hasMoved), into: into.filter(hasMoved) }
    await moveMachineDays(tx, await moveRollup(tx, changed, new Map()))
    page = await eventsOf(tx, owner, said, page.at(-1)?.seq as number)
  }
}

/**
 * Where all that counted for a machine counts for one other now, and nothing else has changed: from which to which. So it
 * is with a merge, but not where it is taken back: then what counted for one machine is divided again.
 */
function wholeMoves(before: ShownAs, after: ShownAs): ReadonlyMap<NameId, NameId> | undefined {
  const moves = new Map<NameId, NameId>()
  for (const machine of new Set([...before.machines, ...after.machines])) {
    if (before.isGone(machine) !== after.isGone(machine)) return undefined
    const [from, to] = [before.machineOf(machine), after.machineOf(machine)]
    if ((moves.get(from) ?? to) !== to) return undefined
    moves.set(from, to)
  }
  // Of those that others are, themselves are among the machines, too.
  return new Map([...moves].filter(([from, to]) => from !== to))
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
