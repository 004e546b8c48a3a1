import { insertRows } from './bulk.ts'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId, QuarterTable } from './schema.ts'

export const QUARTERS_PER_DAY = 96

/**
 * How many events each machine has of each (UTC) day: what tells of all time would otherwise read the whole rollup.
 * Written with the rollup, from the cells that changed, and at any time the sum of its cells.
 */
export async function moveMachineDays(tx: Tx, changed: readonly QuarterTable[]): Promise<void> {
  const days = new Map<string, { owner: OwnerId; machine: NameId; day: number; events: number }>()
  for (const { owner, machine, quarter, responses, prompts } of changed) {
    const day = Math.floor(quarter / QUARTERS_PER_DAY)
    const key = `${owner} ${machine} ${day}`
    const known = days.get(key)
    if (known === undefined) days.set(key, { owner, machine, day, events: responses + prompts })
    else known.events += responses + prompts
  }
  const moved = [...days.values()].filter(({ events }) => events !== 0)
  await insertRows(tx, 'machine_day', moved, { or: { key: ['owner', 'machine', 'day'], sums: ['events'] } })
}

/** Forgets all of them: what holds anew is then moved in. */
export async function forgetMachineDays(tx: Tx, owner: OwnerId): Promise<void> {
  await tx.deleteFrom('machine_day').where('owner', '=', owner).execute()
}

/** How many events each machine has, hidden ones too, and in which quarter of an hour the last one was. */
export async function factsOfMachines(
  db: Db,
  owner: OwnerId,
): Promise<Map<NameId, { event_count: number; last_quarter: number }>> {
  const rows = await db
    .selectFrom('machine_day')
    .select((e) => ['machine', e.fn.sum<number>('events').as('events'), e.fn.max('day').as('last_day')])
    .where('owner', '=', owner)
    .where('events', '>', 0)
    .groupBy('machine')
    .execute()
  const facts = new Map<NameId, { event_count: number; last_quarter: number }>()
  // Most machines were last used on a few days: each is looked at once.
  for (const [day, used] of Map.groupBy(rows, ({ last_day }) => last_day)) {
    const latest = await lastQuarters(db, owner, day)
    for (const { machine, events } of used) {
      facts.set(machine, { event_count: Number(events), last_quarter: latest.get(machine) ?? day * QUARTERS_PER_DAY })
    }
  }
  return facts
}

/** The last quarter of a day in which each machine was used. */
async function lastQuarters(db: Db | Tx, owner: OwnerId, day: number): Promise<Map<NameId, number>> {
  const rows = await db
    .selectFrom('usage_quarter')
    .select((e) => ['machine', e.fn.max('quarter').as('last_quarter')])
    .where('owner', '=', owner)
    .where('quarter', '>=', day * QUARTERS_PER_DAY)
    .where('quarter', '<', (day + 1) * QUARTERS_PER_DAY)
    .groupBy('machine')
    .execute()
  return new Map(rows.map(({ machine, last_quarter }) => [machine, last_quarter]))
}
