import type { Db, Tx } from './open.ts'
import type { ApiKeyTable } from './schema.ts'

/** A key as it is stored: by its hash, never itself. */
export type StoredKey = Readonly<ApiKeyTable>

/** The key of an id, whatever became of it. */
export async function findKey(db: Db | Tx, id: string): Promise<StoredKey | undefined> {
  return db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The key of a hash: for keys that do not name themselves. */
export async function findKeyByHash(db: Db | Tx, hash: string): Promise<StoredKey | undefined> {
  return db.selectFrom('api_key').selectAll().where('hash', '=', hash).executeTakeFirst()
}

export async function hasKeys(db: Db | Tx): Promise<boolean> {
  return (await db.selectFrom('api_key').select('id').limit(1).executeTakeFirst()) !== undefined
}

export async function saveKey(db: Db | Tx, key: StoredKey): Promise<void> {
  await db.insertInto('api_key').values(key).execute()
}

/** Notes that a key was used, and from where. */
export async function noteKeyUse(db: Db | Tx, id: string, { at, from }: { at: number; from: string }): Promise<void> {
  await db.updateTable('api_key').set({ last_used: at, last_used_from: from }).where('id', '=', id).execute()
}
