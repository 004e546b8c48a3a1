import { Problem } from '../core/problem.ts'
import { forgetKeys } from './event-index.ts'
import { eachPageOfEvents } from './event-pages.ts'
import { findName, internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import { forgetUnusedProjects } from './projects.ts'
import { rebuildRollup } from './rollup.ts'
import type { NameId, OwnerId } from './schema.ts'

export interface Machine {
  readonly id: string
  readonly hostname: string
  readonly is_active: boolean
  readonly protocol: number
  readonly erased: boolean
}

/** What a machine says of itself when it syncs. */
export interface MachineIntroduction {
  readonly id: string
  readonly hostname: string
  /** 1: an original client, known by its hostname alone. */
  readonly protocol: 1 | 2
}

/**
 * Notes that a machine has been heard of; returns whether it is new. Its hostname is only a label: a renamed machine
 * stays one, and two of one name stay two. A machine that first spoke protocol 1 takes over what it reported then.
 * Throws `machine-erased` for one whose data were erased for good, until it is let in again.
 */
export async function meetMachine(
  tx: Tx,
  owner: OwnerId,
  machine: MachineIntroduction,
  now: number,
): Promise<{ registered: boolean }> {
  const known = await tx
    .selectFrom('machine')
    .selectAll()
    .where('owner', '=', owner)
    .where('id', '=', machine.id)
    .executeTakeFirst()
  if (known !== undefined && known.erased_at > 0) {
    throw new Problem('machine-erased', `The data of ${machine.hostname} were erased here, on request.`, {
      hint: `To let it in again: POST /v1/machines/${encodeURIComponent(machine.id)}/reactivate`,
    })
  }
  if (known === undefined) {
    await tx
      .insertInto('machine')
      .values({
        owner,
        id: machine.id,
        hostname: machine.hostname,
        first_seen: now,
        last_sync: now,
        is_active: 1,
        protocol: machine.protocol,
        erased_at: 0,
        cleanup_period_days: 0,
      })
      .execute()
  } else {
    await tx
      .updateTable('machine')
      // An original client left over on a machine does not make it one again.
      .set({ hostname: machine.hostname, last_sync: now, protocol: Math.max(known.protocol, machine.protocol) })
      .where('owner', '=', owner)
      .where('id', '=', machine.id)
      .execute()
  }
  if (machine.protocol === 2 && known === undefined) await adoptReported(tx, owner, machine)
  return { registered: known === undefined }
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

/** The id of a machine of which nothing but its hostname is known. */
export function reportedId(hostname: string): string {
  return `hostname:${hostname}`
}

/** The hostname in such an id; undefined for any other. */
export function hostnameIn(id: string): string | undefined {
  return id.startsWith('hostname:') ? id.slice('hostname:'.length) : undefined
}

async function adoptReported(tx: Tx, owner: OwnerId, machine: MachineIntroduction): Promise<void> {
  const names = await internNames(tx, [reportedId(machine.hostname), machine.id])
  const [from, to] = [names.get(reportedId(machine.hostname)) as NameId, names.get(machine.id) as NameId]
  for (const table of ['day_figure', 'day_activity', 'model_figure', 'figure_snapshot'] as const) {
    await tx.updateTable(table).set({ machine: to }).where('owner', '=', owner).where('machine', '=', from).execute()
  }
  await tx
    .deleteFrom('machine')
    .where('owner', '=', owner)
    .where('id', '=', reportedId(machine.hostname))
    .where('erased_at', '=', 0)
    .execute()
}
