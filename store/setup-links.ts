import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'

/** Keeps the hash of a new link's secret, and forgets links whose time is over. */
export async function saveSetupLink(
  tx: Tx,
  { now, ...link }: { hash: string; owner: OwnerId; expires_at: number; now: number },
): Promise<void> {
  await tx.deleteFrom('setup_link').where('expires_at', '<=', now).execute()
  await tx.insertInto('setup_link').values(link).execute()
}

/** The link of a secret, if its time is not over. */
export async function findSetupLink(
  db: Db | Tx,
  hash: string,
  now: number,
): Promise<{ readonly owner: OwnerId } | undefined> {
  return db
    .selectFrom('setup_link')
    .select('owner')
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses a link up; returns whether it was still there. Of two that use it at once, one gets it. */
export async function takeSetupLink(db: Db | Tx, hash: string): Promise<boolean> {
  const taken = await db.deleteFrom('setup_link').where('hash', '=', hash).executeTakeFirst()
  return taken.numDeletedRows > 0n
}
