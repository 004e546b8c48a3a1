import type { Db, Tx } from './open.ts'
import type { OwnerId, SignInTable } from './schema.ts'

/** A browser that is signed in, as it is stored: by the hash of its cookie. */
export type SignIn = Readonly<SignInTable>

export async function findSignIn(db: Db | Tx, hash: string): Promise<SignIn | undefined> {
  return db.selectFrom('sign_in').selectAll().where('hash', '=', hash).executeTakeFirst()
}

/** The browsers of an owner, the latest first. Those whose time is over may be among them. */
export async function signIns(db: Db | Tx, owner: OwnerId): Promise<SignIn[]> {
  return db
    .selectFrom('sign_in')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('last_used', 'desc')
    .orderBy('id')
    .execute()
}

/** Takes in a new one, and forgets those whose time was over. */
export async function saveSignIn(tx: Tx, signIn: SignIn): Promise<void> {
  await tx.deleteFrom('sign_in').where('expires_at', '<=', signIn.created_at).execute()
  await tx.insertInto('sign_in').values(signIn).execute()
}

export async function noteSignInUse(
  db: Db | Tx,
  id: string,
  { at, from }: { at: number; from: string },
): Promise<void> {
  await db.updateTable('sign_in').set({ last_used: at, last_used_from: from }).where('id', '=', id).execute()
}

/** Signs a browser out; returns whether there was one. */
export async function endSignIn(db: Db | Tx, owner: OwnerId, id: string): Promise<boolean> {
  const ended = await db.deleteFrom('sign_in').where('owner', '=', owner).where('id', '=', id).executeTakeFirst()
  return ended.numDeletedRows > 0n
}

/** Signs all browsers of an owner out but one; returns how many. */
export async function endOtherSignIns(db: Db | Tx, owner: OwnerId, kept: string): Promise<number> {
  const ended = await db.deleteFrom('sign_in').where('owner', '=', owner).where('id', '!=', kept).executeTakeFirst()
  return Number(ended.numDeletedRows)
}
