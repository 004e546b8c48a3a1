import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'

export interface Machine {
  readonly id: string
  readonly hostname: string
  readonly is_active: boolean
  readonly protocol: number
  readonly erased: boolean
}

/** The id under which an original client's data are kept: the machine of that name if it is known, else its own. */
export async function machineIdFor(tx: Tx, owner: OwnerId, hostname: string): Promise<string> {
  const rows = await tx
    .selectFrom('machine')
    .select(['id', 'protocol'])
    .where('owner', '=', owner)
    .where('hostname', '=', hostname)
    .execute()
  const [only] = rows.filter((row) => row.protocol === 2)
  const named = rows.filter((row) => row.protocol === 2).length === 1 ? only : undefined
  return named?.id ?? reportedId(hostname)
}

/** All machines of a hostname or id. */
export async function findMachines(db: Db | Tx, owner: OwnerId, hostnameOrId: string): Promise<Machine[]> {
  const rows = await db
    .selectFrom('machine')
    .selectAll()
    .where('owner', '=', owner)
    .where((e) => e.or([e('hostname', '=', hostnameOrId), e('id', '=', hostnameOrId)]))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    hostname: row.hostname,
    is_active: row.is_active === 1,
    protocol: row.protocol,
    erased: row.erased_at > 0,
  }))
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
    .where('id', '=', id)
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
