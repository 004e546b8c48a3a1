import type { Db, Tx } from './open.ts'
import type { OwnerId, ShareTable } from './schema.ts'

/** A read-only link, as it is stored: by the hash of its secret. */
export type Share = Readonly<ShareTable>

export async function findShare(db: Db | Tx, hash: string): Promise<Share | undefined> {
  return db.selectFrom('share').selectAll().where('hash', '=', hash).executeTakeFirst()
}

/** The links of an owner, the latest first. Those whose time is over may be among them. */
export async function sharesOf(db: Db | Tx, owner: OwnerId): Promise<Share[]> {
  return db
    .selectFrom('share')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** Takes in a new one, and forgets those whose time was over. */
export async function saveShare(tx: Tx, share: Share): Promise<void> {
  await tx.deleteFrom('share').where('expires_at', '<=', share.created_at).execute()
  await tx.insertInto('share').values(share).execute()
}

export async function noteShareUse(db: Db | Tx, id: string, at: number): Promise<void> {
  await db.updateTable('share').set({ last_used: at }).where('id', '=', id).execute()
}

/** Ends a link; returns whether there was one. */
export async function endShare(db: Db | Tx, owner: OwnerId, id: string): Promise<boolean> {
  const ended = await db.deleteFrom('share').where('owner', '=', owner).where('id', '=', id).executeTakeFirst()
  return ended.numDeletedRows > 0n
}
