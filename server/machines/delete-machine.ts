import { deleteAnswer, deleteQuery, reactivateAnswer } from '../../api/contract.ts'
import { eraseMachine } from '../../store/erase-machine.ts'
import { deletionOf, undoChange } from '../../store/machine-changes.ts'
import { setActive } from '../../store/machines.ts'
import { forgetReceived } from '../../store/received.ts'
import { transact } from '../../store/transact.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { getMachine } from './get-machine.ts'

/** Hides a machine from reports, or erases its data for good. Doing it again changes nothing. */
export function deleteMachine(ledger: ServerLedger): Endpoint<typeof deleteQuery> {
  return {
    name: 'deleteMachine',
    summary: 'Hides a machine from reports; its data stay. With `hard=true` they are erased for good.',
    query: deleteQuery,
    answer: deleteAnswer,
    problems: ['not-found', 'ambiguous'],
    async handle({ caller: { owner }, query, param }) {
      const hard = query.hard === 'true' || query.hard === '1'
      await transact(ledger.db, owner, async (tx) => {
        const { id } = await getMachine(tx, owner, param('hostname'))
        if (!hard) return setActive(tx, owner, id, false)
        await eraseMachine(tx, owner, id, ledger.now())
        // Let in again, it has to send everything from the start.
        return forgetReceived(tx, owner, id)
      })
      return { status: 'deleted', hard }
    },
  }
}

/** Shows a hidden machine again, takes back that one was deleted, and lets an erased one in again. */
export function reactivateMachine(ledger: ServerLedger): Endpoint {
  return {
    name: 'reactivateMachine',
    summary: 'Shows a hidden machine again; an erased one may send its data again.',
    answer: reactivateAnswer,
    problems: ['not-found', 'ambiguous'],
    async handle({ caller: { owner }, param }) {
      await transact(ledger.db, owner, async (tx) => {
        const { id, deleted } = await getMachine(tx, owner, param('hostname'))
        const deletion = deleted ? await deletionOf(tx, owner, id) : undefined
        if (deletion !== undefined) await undoChange(tx, owner, deletion.id, ledger.now())
        await setActive(tx, owner, id, true)
      })
      return { status: 'reactivated' }
    },
  }
}
