import type { Db, Tx } from './open.ts'
import type { LedgerSchema, OwnerId } from './schema.ts'
import { machineIds, realMachines } from './shown-as.ts'

export interface Machine {
  readonly id: string
  readonly hostname: string
  /** What someone calls it here; its hostname otherwise. */
  readonly name: string
  readonly is_active: boolean
  readonly protocol: number
  readonly erased: boolean
  /** It will be erased, unless someone takes that back. */
  readonly deleted: boolean
}

type MachineRow = LedgerSchema['machine']

/** What a machine is called: as someone calls it here, or else as it calls itself. */
export function machineName({ label, hostname }: Pick<MachineRow, 'label' | 'hostname'>): string {
  return label === '' ? hostname : label
}

/** All machines of an owner, as they are stored. */
export async function allMachines(db: Db | Tx, owner: OwnerId): Promise<MachineRow[]> {
  return db
    .selectFrom('machine')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('last_sync', 'desc')
    .orderBy('hostname')
    .orderBy('id')
    .execute()
}

/** The id under which an original client's data are kept: the machine of that name if it is known, else its own. */
export async function machineIdFor(tx: Tx, owner: OwnerId, hostname: string): Promise<string> {
  const rows = await tx
    .selectFrom('machine')
    .select(['id', 'merged_into'])
    .where('owner', '=', owner)
    .where('hostname', '=', hostname)
    .where('protocol', '=', 2)
    .execute()
  const ids = new Set(await realIds(tx, owner, rows))
  const [only] = ids
  return ids.size === 1 ? (only as string) : reportedId(hostname)
}

/**
 * All machines of a name, hostname or id; `dev~1a2b` is the `dev` whose id ends so, as reports call it. One that was
 * merged into another is that other one.
 */
export async function findMachines(db: Db | Tx, owner: OwnerId, named: string): Promise<Machine[]> {
  const [, name, ending] = /^(.*)~(.{4})$/.exec(named) ?? []
  const names = name === undefined ? [named] : [named, name]
  const found = await db
    .selectFrom('machine')
    .select(['id', 'hostname', 'label', 'merged_into'])
    .where('owner', '=', owner)
    .where((e) => e.or([e('hostname', 'in', names), e('id', '=', named), e('label', 'in', names)]))
    .execute()
  const isMeant = ({ id, hostname, label }: (typeof found)[number]) =>
    [id, hostname, label].includes(named) || id.endsWith(ending ?? '')
  const ids = new Set(await realIds(db, owner, found.filter(isMeant)))
  if (ids.size === 0) return []
  const rows = await db
    .selectFrom('machine')
    .selectAll()
    .where('owner', '=', owner)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    hostname: row.hostname,
    name: machineName(row),
    is_active: row.is_active === 1,
    protocol: row.protocol,
    erased: row.erased_at > 0,
    deleted: row.deleted_at > 0,
  }))
}

/** The machine of an id; or the one that it is, where it was merged. */
export async function findMachine(db: Db | Tx, owner: OwnerId, id: string): Promise<Machine | undefined> {
  const real = (await realMachines(db, owner))(id)
  return (await findMachines(db, owner, real)).find((machine) => machine.id === real)
}

/** The ids of the machines that these are. */
async function realIds(
  db: Db | Tx,
  owner: OwnerId,
  machines: readonly Pick<MachineRow, 'id' | 'merged_into'>[],
): Promise<string[]> {
  if (machines.every(({ merged_into }) => merged_into === '')) return machines.map(({ id }) => id)
  return machines.map(({ id }) => id).map(await realMachines(db, owner))
}

/** The id of a machine, and those of the machines that were merged into it. */
export async function familyOf(db: Db | Tx, owner: OwnerId, id: string): Promise<string[]> {
  const all = await allMachines(db, owner)
  const is = machineIds(all)
  return [id, ...all.map((row) => row.id).filter((other) => other !== id && is(other) === id)]
}

/** After how many days a machine's Claude Code deletes transcripts; 0 where it is not known. */
export async function cleanupPeriod(db: Db | Tx, owner: OwnerId, id: string): Promise<number> {
  const row = await db
    .selectFrom('machine')
    .select('cleanup_period_days')
    .where('owner', '=', owner)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.cleanup_period_days ?? 0
}

/** Notes after how many days a machine's Claude Code deletes transcripts. */
export async function setCleanupPeriod(tx: Tx, owner: OwnerId, id: string, days: number): Promise<void> {
  await tx
    .updateTable('machine')
    .set({ cleanup_period_days: days })
    .where('owner', '=', owner)
    .where('id', '=', id)
    .execute()
}

/** Hides a machine from reports, or shows it again. Its data stay. */
export async function setActive(tx: Tx, owner: OwnerId, id: string, active: boolean): Promise<void> {
  await tx
    .updateTable('machine')
    .set({ is_active: active ? 1 : 0, ...(active ? { erased_at: 0 } : {}) })
    .where('owner', '=', owner)
    .where('id', 'in', await familyOf(tx, owner, id))
    .execute()
}

/** The id of a machine of which nothing but its hostname is known. */
export function reportedId(hostname: string): string {
  return `hostname:${hostname}`
}

/** The hostname in such an id; undefined for any other. */
export function hostnameIn(id: string): string | undefined {
  return id.startsWith('hostname:') ? id.slice('hostname:'.length) : undefined
}

/** The family of the key by which a machine first came: empty where it is not known, undefined for a new machine. */
export async function introducedBy(tx: Tx, owner: OwnerId, id: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('machine')
    .select('introduced_by')
    .where('owner', '=', owner)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.introduced_by
}

/** How many machines first came with keys of a family. */
export async function countIntroducedBy(tx: Tx, owner: OwnerId, family: string): Promise<number> {
  const { count } = await tx
    .selectFrom('machine')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('owner', '=', owner)
    .where('introduced_by', '=', family)
    .executeTakeFirstOrThrow()
  return count
}
