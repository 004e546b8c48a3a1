import { insertRows } from './bulk.ts'
import { namesOf } from './names.ts'
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

export interface MachineFacts {
  readonly event_count: number
  /** The quarter of an hour of its last event. */
  readonly last_quarter: number
  /** Of Claude Code, as its last event with a version has it, of several in one quarter the newest; empty for none. */
  readonly client_version: string
}

/** How much each machine has, hidden ones too, and what its last events say. */
export async function factsOfMachines(db: Db, owner: OwnerId): Promise<Map<NameId, MachineFacts>> {
  const rows = await db
    .selectFrom('machine_day')
    .select((e) => ['machine', e.fn.sum<number>('events').as('events'), e.fn.max('day').as('last_day')])
    .where('owner', '=', owner)
    .where('events', '>', 0)
    .groupBy('machine')
    .execute()
  // Most machines were last used on a few days: each is looked at once.
  const uses: LastUse[] = []
  for (const day of new Set(rows.map(({ last_day }) => last_day))) uses.push(...(await lastUses(db, owner, day)))
  const versions = await namesOf(
    db,
    uses.map(({ client_version }) => client_version),
  )
  const named = uses.map((use) => ({ ...use, version: versions.get(use.client_version) ?? '' }))
  const byMachine = Map.groupBy(named.toSorted(byTime), ({ machine }) => machine)
  return new Map(
    rows.map(({ machine, events, last_day }) => {
      const own = (byMachine.get(machine) ?? []).filter(({ day }) => day === last_day)
      return [
        machine,
        {
          event_count: Number(events),
          last_quarter: own.at(-1)?.last_quarter ?? last_day * QUARTERS_PER_DAY,
          client_version: own.findLast(({ version }) => version !== '')?.version ?? '',
        },
      ]
    }),
  )
}

interface LastUse {
  readonly machine: NameId
  readonly client_version: NameId
  readonly day: number
  readonly last_quarter: number
}

/** The last quarter of a day in which each machine was used with each version of Claude Code. */
async function lastUses(db: Db | Tx, owner: OwnerId, day: number): Promise<LastUse[]> {
  const rows = await db
    .selectFrom('usage_quarter')
    .select((e) => ['machine', 'client_version', e.fn.max('quarter').as('last_quarter')])
    .where('owner', '=', owner)
    .where('quarter', '>=', day * QUARTERS_PER_DAY)
    .where('quarter', '<', (day + 1) * QUARTERS_PER_DAY)
    .groupBy(['machine', 'client_version'])
    .execute()
  return rows.map((row) => ({ ...row, day }))
}

interface NamedUse extends LastUse {
  readonly version: string
}

/** The latest last; of one quarter, the newest version. */
function byTime(a: NamedUse, b: NamedUse): number {
  return a.last_quarter - b.last_quarter || (sortable(a.version) < sortable(b.version) ? -1 : 1)
}

/** So that 2.1.232 comes after 2.1.70. */
function sortable(version: string): string {
  return version.replaceAll(/\d+/g, (digits) => digits.padStart(6, '0'))
}
