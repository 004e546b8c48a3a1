import { Problem } from '../../core/problem.ts'
import { findMachines, type Machine } from '../../store/machines.ts'
import type { Tx } from '../../store/open.ts'
import { machineLabels } from '../../store/reports/labels.ts'
import type { OwnerId } from '../../store/schema.ts'

/**
 * The machine of an id, a name or a hostname. An id wins over a name, and an erased or deleted machine steps back behind
 * one of its name that is not. Throws `not-found`, and `ambiguous` where several share the name.
 */
export async function getMachine(tx: Tx, owner: OwnerId, named: string): Promise<Machine> {
  const found = await machinesNamed(tx, owner, named)
  const byId = found.find((machine) => machine.id === named)
  const kept = found.filter((machine) => !machine.erased && !machine.deleted)
  const meant = byId === undefined ? (kept.length > 0 ? kept : found) : [byId]
  const [machine] = meant
  if (machine === undefined) {
    throw new Problem('not-found', 'No machine has this hostname or id.', {
      hint: 'All machines: GET /v1/machines',
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

/** By a name; or by one as reports tell two of a name apart, such as `dev~1a2b`. */
async function machinesNamed(tx: Tx, owner: OwnerId, named: string): Promise<Machine[]> {
  const found = await findMachines(tx, owner, named)
  if (found.length > 0) return found
  const [id] = (await machineLabels({ db: tx, owner })).keysNamed([named])
  return id === undefined ? [] : findMachines(tx, owner, id)
}

/** The same, of those that are still there. Throws `not-found` for one that was erased or deleted, too. */
export async function getKeptMachine(tx: Tx, owner: OwnerId, named: string): Promise<Machine> {
  const machine = await getMachine(tx, owner, named)
  if (machine.erased) throw new Problem('not-found', `The data of ${machine.name} were erased.`)
  if (!machine.deleted) return machine
  throw new Problem('not-found', `${machine.name} was deleted.`, {
    hint: 'To take that back: forge machines changes, forge machines undo ID',
  })
}
