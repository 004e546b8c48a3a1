import { deleteAnswer, deleteQuery, reactivateAnswer } from '../../api/contract.ts'
import { Problem } from '../../core/problem.ts'
import { eraseMachine } from '../../store/erase-machine.ts'
import { findMachines, type Machine, setActive } from '../../store/machines.ts'
import type { Tx } from '../../store/open.ts'
import { forgetReceived } from '../../store/received.ts'
import type { OwnerId } from '../../store/schema.ts'
import { transact } from '../../store/transact.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'

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

/** Shows a hidden machine again, and lets an erased one in again. */
export function reactivateMachine(ledger: ServerLedger): Endpoint {
  return {
    name: 'reactivateMachine',
    summary: 'Shows a hidden machine again; an erased one may send its data again.',
    answer: reactivateAnswer,
    problems: ['not-found', 'ambiguous'],
    async handle({ caller: { owner }, param }) {
      await transact(ledger.db, owner, async (tx) => {
        const { id } = await getMachine(tx, owner, param('hostname'))
        await setActive(tx, owner, id, true)
      })
      return { status: 'reactivated' }
    },
  }
}

/**
 * The machine of an id or a hostname. An id wins over a hostname, and an erased machine steps back behind one of its
 * name that is not. Throws `not-found`, and `ambiguous` where several share the name.
 */
async function getMachine(tx: Tx, owner: OwnerId, hostnameOrId: string): Promise<Machine> {
  const found = await findMachines(tx, owner, hostnameOrId)
  const byId = found.find((machine) => machine.id === hostnameOrId)
  const kept = found.filter((machine) => !machine.erased)
  const meant = byId === undefined ? (kept.length > 0 ? kept : found) : [byId]
  const [machine] = meant
  if (machine === undefined) {
    throw new Problem('not-found', 'No machine has this hostname or id.', {
      hint: 'All machines: GET /v1/stats/machines',
    })
  }
  if (meant.length > 1) {
    throw new Problem('ambiguous', `${meant.length} machines have this hostname.`, {
      hint: `Name one by its id: ${meant.map(({ id }) => id).join(', ')}`,
      details: { machines: meant.map(({ id, hostname, is_active }) => ({ id, hostname, is_active })) },
    })
  }
  return machine
}
