import type { Db, Tx } from './open.ts'
import type { InviteTable } from './schema.ts'

/** A code with which one machine may come in without being asked about. */
export type Invite = Readonly<InviteTable>

export async function saveInvite(tx: Tx, invite: Invite, now: number): Promise<void> {
  await tx.deleteFrom('invite').where('expires_at', '<=', now).execute()
  await tx.insertInto('invite').values(invite).execute()
}

/** The invite of a code, if its time is not over. */
export async function findInvite(db: Db | Tx, code_hash: string, now: number): Promise<Invite | undefined> {
  return db
    .selectFrom('invite')
    .selectAll()
    .where('code_hash', '=', code_hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses an invite up; returns whether it was still there. */
export async function takeInvite(tx: Tx, code_hash: string): Promise<boolean> {
  const taken = await tx.deleteFrom('invite').where('code_hash', '=', code_hash).executeTakeFirst()
  return taken.numDeletedRows > 0n
}
