import { machineChangesAnswer, machineUndoAnswer } from '../../api/machines.ts'
import { writeDown } from '../../store/audit.ts'
import { changesOf, getChange, undoChange } from '../../store/machine-changes.ts'
import { transact } from '../../store/transact.ts'
import { deedOf } from '../access/deed.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { changeRow } from './change-row.ts'
import { knownMachines } from './list.ts'

export function listMachineChanges({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listMachineChanges',
    summary: 'What was changed of machines in the last 180 days, the latest first.',
    answer: machineChangesAnswer,
    async handle({ caller: { owner } }) {
      const machines = await knownMachines(db, owner)
      return { changes: (await changesOf(db, owner)).map((change) => changeRow(change, machines, now())) }
    },
  }
}

/** Takes a change back. What machines have sent meanwhile stays, and counts as if it had never been made. */
export function undoMachineChange({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'undoMachineChange',
    summary: 'Takes a change of a machine back, within 7 days.',
    answer: machineUndoAnswer,
    problems: ['not-found', 'invalid-request'],
    async handle({ caller, visit, param }) {
      const at = now()
      const { owner } = caller
      return transact(db, owner, async (tx) => {
        const { id, machine, action } = await undoChange(tx, owner, numberOf(param('id')), at)
        const detail = `${action} ${id}`
        await writeDown(tx, deedOf(caller, visit, { at, action: 'machine.undone', subject: machine, detail }))
        return { change: changeRow(await getChange(tx, owner, id), await knownMachines(tx, owner), at) }
      })
    },
  }
}

/** Its number; one that no change has for any other text. */
function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1
}
