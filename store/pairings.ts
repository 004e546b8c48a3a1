import type { Db, Tx } from './open.ts'
import type { OwnerId, PairingTable } from './schema.ts'

/** A machine that asks to be let in. */
export type Pairing = Readonly<PairingTable>
export type PairingStatus = PairingTable['status']

/** How long after its end a request is still known, so that its machine can be told what became of it. */
const REMEMBERED_MS = 86_400_000

export async function savePairing(tx: Tx, pairing: Pairing): Promise<void> {
  await tx
    .deleteFrom('pairing')
    .where('expires_at', '<', pairing.created_at - REMEMBERED_MS)
    .execute()
  await tx.insertInto('pairing').values(pairing).execute()
}

/** Requests on which nobody has decided yet, the latest first. */
export async function waitingPairings(db: Db | Tx, owner: OwnerId, now: number): Promise<Pairing[]> {
  return db
    .selectFrom('pairing')
    .selectAll()
    .where('owner', '=', owner)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

export async function countWaiting(db: Db | Tx, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('pairing')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return count
}

export async function findPairing(
  db: Db | Tx,
  by: { readonly id: string } | { readonly code: string } | { readonly device_hash: string },
): Promise<Pairing | undefined> {
  const [column, value] = Object.entries(by)[0] as [keyof Pairing, string]
  return db.selectFrom('pairing').selectAll().where(column, '=', value).executeTakeFirst()
}

/** Moves a request on, if it is still where it was thought to be: of two that try, one does. */
export async function movePairing(
  tx: Tx,
  id: string,
  { from, to, owner }: { from: PairingStatus; to: PairingStatus; owner?: OwnerId },
): Promise<boolean> {
  const moved = await tx
    .updateTable('pairing')
    .set({ status: to, ...(owner === undefined ? {} : { owner }) })
    .where('id', '=', id)
    .where('status', '=', from)
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

export async function notePoll(
  db: Db | Tx,
  id: string,
  { at, interval_s }: { at: number; interval_s: number },
): Promise<void> {
  await db.updateTable('pairing').set({ last_polled: at, interval_s }).where('id', '=', id).execute()
}
