import type { Selectable } from 'kysely'
import { Problem } from '../core/problem.ts'
import { restoreKeys, revokeKeysOf } from './keys.ts'
import { familyOf } from './machines.ts'
import type { Db, Tx } from './open.ts'
import { reshow } from './reshow.ts'
import type { LedgerSchema, MachineChangeTable, OwnerId } from './schema.ts'

/**
 * What people change of machines: each change is written down with what was before, so that it can be taken back for a
 * week. None of them touches what machines have told; what is deleted is erased only when that week is over.
 */

/** How long a change can be taken back. */
export const UNDO_MS = 7 * 86_400_000
/** How long it stays written down. */
const KEPT_MS = 180 * 86_400_000

export type MachineChange =
  /** To be called so; by its hostname again where that is empty. */
  | { readonly action: 'rename'; readonly becomes: string }
  /** Into a group; out of any where that is empty. */
  | { readonly action: 'group'; readonly becomes: string }
  /** Nothing is expected of it any more, until it comes again. */
  | { readonly action: 'archive' }
  /** It is a machine of its own, however it came: that is not asked any more. */
  | { readonly action: 'keep' }
  /** Its keys end. */
  | { readonly action: 'revoke' }
  /** It is another one, by its id. */
  | { readonly action: 'merge'; readonly becomes: string }
  /** It is shown no more, its keys end, and after {@link UNDO_MS} it is erased. */
  | { readonly action: 'delete' }

export type WrittenChange = Readonly<Selectable<MachineChangeTable>>

type MachineRow = LedgerSchema['machine']
type Changed = Partial<
  Pick<
    MachineRow,
    'label' | 'machine_group' | 'archived_at' | 'copied_from' | 'cloned_at' | 'merged_into' | 'deleted_at' | 'is_active'
  >
>

/** What was before, as it is kept. */
interface Was {
  readonly machine: Changed
  /** The ids of keys that held. */
  readonly keys: readonly string[]
}

/** Changes a machine; returns the change as it is written down. Of one merged or deleted, its events count anew. */
export async function changeMachine(
  tx: Tx,
  owner: OwnerId,
  { machine, change, actor, at }: { machine: string; change: MachineChange; actor: string; at: number },
): Promise<{ readonly id: number; readonly keys: readonly string[] }> {
  const becomes = 'becomes' in change ? change.becomes : ''
  const sets = changedBy(change, at)
  const row = await tx
    .selectFrom('machine')
    .selectAll()
    .where('owner', '=', owner)
    .where('id', '=', machine)
    .executeTakeFirstOrThrow()
  const before = Object.fromEntries(Object.keys(sets).map((field) => [field, row[field as keyof Changed]]))
  const ends = change.action === 'revoke' || change.action === 'delete'
  const keys = ends ? await revokeKeysOf(tx, owner, await familyOf(tx, owner, machine), at) : []
  const was: Was = { machine: before, keys }
  await setFields(tx, owner, machine, sets)
  await tx
    .deleteFrom('machine_change')
    .where('at', '<', at - KEPT_MS)
    .execute()
  const { id } = await tx
    .insertInto('machine_change')
    .values({ owner, at, actor, action: change.action, machine, becomes, was: JSON.stringify(was), undone_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, keys }
}

function changedBy(change: MachineChange, at: number): Changed {
  switch (change.action) {
    case 'rename':
      return { label: change.becomes }
    case 'group':
      return { machine_group: change.becomes }
    case 'archive':
      return { archived_at: at }
    case 'keep':
      return { copied_from: '', cloned_at: 0 }
    case 'merge':
      return { merged_into: change.becomes }
    case 'delete':
      return { deleted_at: at, is_active: 0 }
    case 'revoke':
      return {}
  }
}

async function setFields(tx: Tx, owner: OwnerId, machine: string, sets: Changed): Promise<void> {
  if (Object.keys(sets).length === 0) return
  await tx.updateTable('machine').set(sets).where('owner', '=', owner).where('id', '=', machine).execute()
  if (sets.merged_into !== undefined || sets.deleted_at !== undefined) await reshow(tx, owner)
}

/** Takes a change back: the machine, and its keys, are what they were before it. Throws where that cannot be done. */
export async function undoChange(tx: Tx, owner: OwnerId, id: number, now: number): Promise<WrittenChange> {
  const change = await getChange(tx, owner, id)
  mustBeUndoable(change, await changesOf(tx, owner), now)
  await mustNotBeErased(tx, change)
  const was = JSON.parse(change.was) as Was
  await restoreKeys(tx, owner, was.keys, change.at)
  await setFields(tx, owner, change.machine, was.machine)
  await tx.updateTable('machine_change').set({ undone_at: now }).where('id', '=', id).execute()
  return change
}

function mustBeUndoable(change: WrittenChange, changes: readonly WrittenChange[], now: number): void {
  if (change.undone_at > 0) throw new Problem('invalid-request', `Change ${change.id} was taken back already.`)
  if (change.at + UNDO_MS <= now) {
    throw new Problem('invalid-request', `Change ${change.id} was made more than 7 days ago.`, {
      hint: 'What it changed can be changed again, but not what was erased since.',
    })
  }
  const later = changes.find(
    ({ id, machine, action, undone_at }) =>
      id > change.id && machine === change.machine && isAgain(action, change) && undone_at === 0,
  )
  if (later !== undefined) {
    throw new Problem('invalid-request', `The same was changed again since: change ${later.id}.`, {
      hint: `Take that one back first: forge machines undo ${later.id}`,
    })
  }
}

/** Does a later change do the same once more? To delete a machine ends its keys, too. */
function isAgain(later: string, { action }: WrittenChange): boolean {
  return later === action || (action === 'revoke' && later === 'delete')
}

async function mustNotBeErased(tx: Tx, { owner, machine, at, id }: WrittenChange): Promise<void> {
  const erased = await tx
    .selectFrom('machine')
    .select('id')
    .where('owner', '=', owner)
    .where('id', '=', machine)
    .where('erased_at', '>=', at)
    .executeTakeFirst()
  if (erased === undefined) return
  throw new Problem('invalid-request', `The machine of change ${id} was erased for good since.`, {
    hint: 'It may come again, and send what it still has: POST /v1/machines/{id}/reactivate',
  })
}

/** The change by which a machine was deleted, while that stands. */
export async function deletionOf(db: Db | Tx, owner: OwnerId, machine: string): Promise<WrittenChange | undefined> {
  const changes = await changesOf(db, owner)
  return changes.find((change) => change.machine === machine && change.action === 'delete' && change.undone_at === 0)
}

/** What was changed of an owner's machines, the latest first. */
export async function changesOf(db: Db | Tx, owner: OwnerId): Promise<WrittenChange[]> {
  return db.selectFrom('machine_change').selectAll().where('owner', '=', owner).orderBy('id', 'desc').execute()
}

/** Throws `not-found` where there is none of this number. */
export async function getChange(db: Db | Tx, owner: OwnerId, id: number): Promise<WrittenChange> {
  const change = (await changesOf(db, owner)).find((each) => each.id === id)
  if (change !== undefined) return change
  throw new Problem('not-found', 'There is no such change of a machine.', {
    hint: 'All of them: forge machines changes',
  })
}

/** Machines of all owners whose week is over. */
export async function overdueMachines(db: Db | Tx, now: number): Promise<{ owner: OwnerId; id: string }[]> {
  return db
    .selectFrom('machine')
    .select(['owner', 'id'])
    .where('deleted_at', '>', 0)
    .where('deleted_at', '<=', now - UNDO_MS)
    .execute()
}
