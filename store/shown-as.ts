import { insertRows, listsOfFixedLength } from './bulk.ts'
import { internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { LedgerSchema, NameId, OwnerId } from './schema.ts'

/**
 * What people say of machines lies over what machines have told. Events and figures stay as they came, and this says for
 * which machine each counts: one that was merged counts for another, and what one has shown that is being deleted counts
 * for whoever has shown it, too. So whatever comes meanwhile, taking it back gives what there would have been without.
 */
export interface ShownAs {
  /** Nobody has said anything: everything counts for whoever told it. */
  readonly isEmpty: boolean
  /** The machine that a machine is. */
  machineOf(machine: NameId): NameId
  /** Whether its data are to be erased. */
  isGone(machine: NameId): boolean
  /** All machines of which anything is said. */
  readonly machines: readonly NameId[]
}

export async function shownAs(db: Db | Tx, owner: OwnerId): Promise<ShownAs> {
  const rows = await db
    .selectFrom('shown_as')
    .select(['machine', 'shown_as', 'is_gone'])
    .where('owner', '=', owner)
    .execute()
  const known = new Map(rows.map((row) => [row.machine, row]))
  const machineOf = (machine: NameId) => known.get(machine)?.shown_as ?? machine
  return {
    isEmpty: rows.length === 0,
    machineOf,
    isGone: (machine) => known.get(machine)?.is_gone === 1,
    machines: rows.map(({ machine }) => machine),
  }
}

/** Events, each with the machine for which it counts. One of a machine that is gone and of no other stays its own. */
export async function eventsAsShown<R extends { readonly id: string; readonly machine: NameId }>(
  db: Db | Tx,
  owner: OwnerId,
  rows: readonly R[],
  as: ShownAs,
): Promise<readonly R[]> {
  if (as.isEmpty) return rows
  const left = rows.filter(({ machine }) => as.isGone(machine)).map(({ id }) => id)
  const heirs = await heirsOf(db, owner, left, as)
  return rows.map((row) => {
    const machine = as.machineOf(heirs.get(row.id) ?? row.machine)
    return machine === row.machine ? row : { ...row, machine }
  })
}

/** Of events, the first machine that has shown each and is not gone. */
export async function heirsOf(
  db: Db | Tx,
  owner: OwnerId,
  events: readonly string[],
  as: Pick<ShownAs, 'isGone'>,
): Promise<ReadonlyMap<string, NameId>> {
  const heirs = new Map<string, NameId>()
  for (const list of listsOfFixedLength(events)) {
    const rows = await db
      .selectFrom('seen_by')
      .select(['event', 'machine'])
      .where('owner', '=', owner)
      .where('event', 'in', list)
      .orderBy('machine')
      .execute()
    for (const { event, machine } of rows) if (!as.isGone(machine) && !heirs.has(event)) heirs.set(event, machine)
  }
  return heirs
}

type MachineRow = LedgerSchema['machine']

/** The machine that each of an owner's machines is, by their ids. */
export function machineIds(machines: readonly Pick<MachineRow, 'id' | 'merged_into'>[]): (id: string) => string {
  const into = new Map(machines.map(({ id, merged_into }) => [id, merged_into]))
  return (id) => {
    let at = id
    for (let next = into.get(at); next !== undefined && next !== ''; next = into.get(at)) at = next
    return at
  }
}

/** The machine that each machine is, by their ids, in a ledger. */
export async function realMachines(db: Db | Tx, owner: OwnerId): Promise<(id: string) => string> {
  const merged = db.selectFrom('machine').select(['id', 'merged_into']).where('owner', '=', owner)
  return machineIds(await merged.where('merged_into', '!=', '').execute())
}

/** The ids of machines whose data are to be erased. */
export async function goneMachines(db: Db | Tx, owner: OwnerId): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('shown_as')
    .innerJoin('name', 'name.id', 'shown_as.machine')
    .select('name.value')
    .where('shown_as.owner', '=', owner)
    .where('is_gone', '=', 1)
    .execute()
  return new Set(rows.map(({ value }) => value))
}

/** Writes anew what is said of machines, after `merged_into` or `deleted_at` of one has changed. */
export async function writeShownAs(tx: Tx, owner: OwnerId): Promise<void> {
  const machines = await tx
    .selectFrom('machine')
    .select(['id', 'merged_into', 'deleted_at'])
    .where('owner', '=', owner)
    .execute()
  const is = machineIds(machines)
  const gone = new Set(machines.filter(({ deleted_at }) => deleted_at > 0).map(({ id }) => id))
  const targets = new Set(machines.filter(({ merged_into }) => merged_into !== '').map(({ id }) => is(id)))
  const said = machines.filter(({ id, merged_into }) => merged_into !== '' || targets.has(id) || gone.has(id))
  const names = await internNames(
    tx,
    said.flatMap(({ id }) => [id, is(id)]),
  )
  await tx.deleteFrom('shown_as').where('owner', '=', owner).execute()
  await insertRows(
    tx,
    'shown_as',
    said.map(({ id }) => ({
      owner,
      machine: names.get(id) as NameId,
      shown_as: names.get(is(id)) as NameId,
      is_gone: gone.has(is(id)) ? 1 : 0,
    })),
  )
}
