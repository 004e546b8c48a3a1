import { deleteAnswer, deleteQuery, reactivateAnswer } from '../../api/contract.ts'
import { setActive } from '../../store/machines.ts'
import { transact } from '../../store/transact.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { getMachine } from './get-machine.ts'
import { erase, reactivate } from './let-in-again.ts'

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
        await (hard ? erase(tx, owner, id, ledger.now()) : setActive(tx, owner, id, false))
      })
      return { status: 'deleted', hard }
    },
  }
}

export function reactivateMachine(ledger: ServerLedger): Endpoint {
  return {
    name: 'reactivateMachine',
    summary: 'Shows a hidden or deleted machine again; an erased one may send its data again.',
    answer: reactivateAnswer,
    problems: ['not-found', 'ambiguous'],
    async handle({ caller: { owner }, param }) {
      await transact(ledger.db, owner, async (tx) => {
        await reactivate(tx, owner, await getMachine(tx, owner, param('hostname')), ledger.now())
      })
      return { status: 'reactivated' }
    },
  }
}
