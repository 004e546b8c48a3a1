import type { Tx } from './open.ts'
import type { OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

/** How far a server has received a machine's ledger; 0 for one it does not know. */
export async function receivedPosition(tx: Tx, owner: OwnerId, machine: string, ledger: string): Promise<Position> {
  const row = await tx
    .selectFrom('machine_ledger')
    .select('acknowledged')
    .where('owner', '=', owner)
    .where('machine', '=', machine)
    .where('ledger', '=', ledger)
    .executeTakeFirst()
  return row?.acknowledged ?? 0
}

/** In one transaction with what was received, so that an acknowledgement is as durable as the events. */
export async function setReceived(
  tx: Tx,
  owner: OwnerId,
  { machine, ledger, position }: { machine: string; ledger: string; position: Position },
): Promise<void> {
  await tx
    .insertInto('machine_ledger')
    .values({ owner, machine, ledger, acknowledged: position })
    .onConflict((conflict) => conflict.columns(['owner', 'machine', 'ledger']).doUpdateSet({ acknowledged: position }))
    .execute()
}

/** Forgets a machine's positions: after an erase it has to send everything again. */
export async function forgetReceived(tx: Tx, owner: OwnerId, machine: string): Promise<void> {
  await tx.deleteFrom('machine_ledger').where('owner', '=', owner).where('machine', '=', machine).execute()
}
