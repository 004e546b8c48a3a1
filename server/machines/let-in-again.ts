import { eraseMachine } from '../../store/erase-machine.ts'
import { deletionOf, UNDO_MS, undoChange } from '../../store/machine-changes.ts'
import { findMachine, type Machine, setActive } from '../../store/machines.ts'
import type { Tx } from '../../store/open.ts'
import { forgetReceived } from '../../store/received.ts'
import type { OwnerId } from '../../store/schema.ts'

/** Erases a machine's data for good. Let in again, it has to send everything from the start. */
export async function erase(tx: Tx, owner: OwnerId, id: string, now: number): Promise<void> {
  await eraseMachine(tx, owner, id, now)
  await forgetReceived(tx, owner, id)
}

/** Shows a hidden machine again, takes back that one was deleted, and lets an erased one in again. */
export async function reactivate(tx: Tx, owner: OwnerId, { id, deleted }: Machine, now: number): Promise<void> {
  if (deleted) {
    const deletion = await deletionOf(tx, owner, id)
    const isOver = deletion === undefined || deletion.at + UNDO_MS <= now
    await (isOver ? erase(tx, owner, id, now) : undoChange(tx, owner, deletion.id, now))
  }
  await setActive(tx, owner, id, true)
}

/** Someone gives a machine a key, and so lets it in again where it had been deleted or erased. */
export async function letInAgain(tx: Tx, owner: OwnerId, id: string, now: number): Promise<void> {
  const machine = await findMachine(tx, owner, id)
  if (machine?.deleted || machine?.erased) await reactivate(tx, owner, machine, now)
}
