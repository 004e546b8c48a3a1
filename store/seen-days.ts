import { utcDayNumber } from '../core/day.ts'
import { insertRows } from './bulk.ts'
import type { Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'
import type { Sighted } from './sighted.ts'

/** For each machine, the days on which it shows something. */
export function seenDays(lists: readonly Sighted[]): Map<string, Set<number>> {
  const days = new Map<string, Set<number>>()
  let [last_machine, last_day] = ['', -1]
  for (const { sightings } of lists) {
    for (const { machine, occurred_at } of sightings) {
      const day = utcDayNumber(occurred_at)
      if (machine === last_machine && day === last_day) continue
      let ofMachine = days.get(machine)
      if (ofMachine === undefined) days.set(machine, (ofMachine = new Set()))
      ofMachine.add(day)
      last_machine = machine
      last_day = day
    }
  }
  return days
}

/** Notes days on which machines have shown something. */
export async function markSeenDays(
  tx: Tx,
  owner: OwnerId,
  days: ReadonlyMap<string, ReadonlySet<number>>,
  names: ReadonlyMap<string, NameId>,
): Promise<void> {
  const rows = [...days].flatMap(([machine, ofMachine]) =>
    [...ofMachine].map((day) => ({ owner, machine: names.get(machine) as NameId, day })),
  )
  await insertRows(tx, 'seen_day', rows, { or: 'ignore' })
}
