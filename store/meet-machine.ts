import { Problem } from '../core/problem.ts'
import { reportedId } from './machines.ts'
import { internNames } from './names.ts'
import type { Tx } from './open.ts'
import type { LedgerSchema, NameId, OwnerId } from './schema.ts'
import { realMachines } from './shown-as.ts'

/** What a machine says of itself when it syncs, and what is known of the key that it comes with. */
export interface MachineIntroduction {
  readonly id: string
  readonly hostname: string
  /** 1: an original client, known by its hostname alone. */
  readonly protocol: 1 | 2
  /** The group that it says it belongs to, or that its key puts it into. */
  readonly group?: string
  /** It is made for a job, and then gone. */
  readonly is_ephemeral?: boolean
  /** After how many days its Claude Code deletes transcripts; 0 for unknown, undefined where it is not said. */
  readonly cleanup_period_days?: number
  /** Changes with each start of the computer, and with nothing else. */
  readonly running?: string
  /** The family of its key. */
  readonly introduced_by?: string
  /** The machine that its key was made for, where that is another one. */
  readonly copied_from?: string
}

type MachineRow = LedgerSchema['machine']

/** What has to be known of a machine that is heard of again. */
const KNOWN = [
  'owner',
  'id',
  'hostname',
  'protocol',
  'erased_at',
  'merged_into',
  'running',
  'ran_before',
  'cloned_at',
] as const satisfies (keyof MachineRow)[]

type KnownMachine = Pick<MachineRow, (typeof KNOWN)[number]>

/** A machine of which nothing is known but this. */
export function machineRow(
  known: Pick<MachineRow, 'owner' | 'id' | 'hostname' | 'first_seen' | 'protocol'>,
): MachineRow {
  return {
    ...known,
    last_sync: known.first_seen,
    is_active: 1,
    erased_at: 0,
    cleanup_period_days: 0,
    label: '',
    machine_group: '',
    is_ephemeral: 0,
    archived_at: 0,
    merged_into: '',
    copied_from: '',
    introduced_by: '',
    running: '',
    ran_before: '',
    cloned_at: 0,
    deleted_at: 0,
  }
}

/**
 * Notes that a machine has been heard of; returns whether it is new, and whether two computers pass for it. Its hostname
 * is only a label: a renamed machine stays one, and two of one name stay two. A machine that first spoke protocol 1 takes
 * over what it reported then. Throws `machine-erased` for one whose data were erased, until it is let in again.
 */
export async function meetMachine(
  tx: Tx,
  owner: OwnerId,
  machine: MachineIntroduction,
  now: number,
): Promise<{ registered: boolean; cloned: boolean }> {
  const { id, hostname, protocol } = machine
  const said = machine.cleanup_period_days === undefined ? {} : { cleanup_period_days: machine.cleanup_period_days }
  const known = await tx
    .selectFrom('machine')
    .select(KNOWN)
    .where('owner', '=', owner)
    .where('id', '=', id)
    .executeTakeFirst()
  if (known !== undefined) await mustBeLetIn(tx, known)
  if (known === undefined) {
    const row: MachineRow = {
      ...machineRow({ owner, id, hostname, first_seen: now, protocol }),
      machine_group: machine.group ?? '',
      is_ephemeral: machine.is_ephemeral === true ? 1 : 0,
      introduced_by: machine.introduced_by ?? '',
      copied_from: machine.copied_from ?? '',
      running: machine.running ?? '',
      ...said,
    }
    await tx.insertInto('machine').values(row).execute()
    if (protocol === 2) await adoptReported(tx, owner, machine)
    return { registered: true, cloned: false }
  }
  const ran = ranOn(known, machine.running, now)
  await tx
    .updateTable('machine')
    // An original client left over on a machine does not make it one again, nor does it name one that it was merged into.
    // Who put it away thought that it was gone.
    .set({
      hostname: protocol < known.protocol ? known.hostname : hostname,
      last_sync: now,
      protocol: Math.max(known.protocol, protocol),
      archived_at: 0,
      ...said,
      ...ran,
    })
    .where('owner', '=', owner)
    .where('id', '=', id)
    .execute()
  if (known.merged_into !== '') await unarchive(tx, owner, (await realMachines(tx, owner))(id))
  return { registered: false, cloned: 'cloned_at' in ran }
}

/** A machine that it is was heard of, too. */
async function unarchive(tx: Tx, owner: OwnerId, id: string): Promise<void> {
  await tx.updateTable('machine').set({ archived_at: 0 }).where('owner', '=', owner).where('id', '=', id).execute()
}

/** Throws `machine-erased` for one that was erased, or is to be. */
async function mustBeLetIn(tx: Tx, { owner, id, hostname, erased_at }: KnownMachine): Promise<void> {
  const reactivate = `POST /v1/machines/${encodeURIComponent(id)}/reactivate`
  if (erased_at > 0) {
    throw new Problem('machine-erased', `The data of ${hostname} were erased here, on request.`, {
      hint: `To let it in again: ${reactivate}`,
    })
  }
  if ((await saidOf(tx, owner, id))?.is_gone !== 1) return
  throw new Problem('machine-erased', `${hostname} was deleted here, on request.`, {
    hint: `For a week that can be taken back: forge machines undo, or ${reactivate}`,
  })
}

/**
 * On which start of which computer a machine runs now. A computer that was started again never comes back to the start
 * before; one that does is two: a clone, or a snapshot that was restored.
 */
function ranOn(
  { running: last, ran_before, cloned_at }: KnownMachine,
  running: string | undefined,
  now: number,
): Partial<MachineRow> {
  if (running === undefined || running === last) return {}
  if (last === '') return { running }
  const moved = { running, ran_before: last }
  return running === ran_before ? { ...moved, cloned_at: cloned_at === 0 ? now : cloned_at } : moved
}

async function saidOf(
  tx: Tx,
  owner: OwnerId,
  id: string,
): Promise<Pick<LedgerSchema['shown_as'], 'is_gone'> | undefined> {
  return tx
    .selectFrom('shown_as')
    .innerJoin('name', 'name.id', 'shown_as.machine')
    .select('shown_as.is_gone')
    .where('shown_as.owner', '=', owner)
    .where('name.value', '=', id)
    .executeTakeFirst()
}

async function adoptReported(
  tx: Tx,
  owner: OwnerId,
  machine: Pick<MachineIntroduction, 'id' | 'hostname'>,
): Promise<void> {
  // Someone has said what is to become of it.
  if ((await saidOf(tx, owner, reportedId(machine.hostname))) !== undefined) return
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
