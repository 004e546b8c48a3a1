import type { Db } from './open.ts'

/** A key as it is stored: by its hash, never itself. */
export interface StoredKey {
  readonly id: string
  /** SHA-256 of the key, hex. */
  readonly hash: string
  readonly scope: string
  readonly label: string
  readonly created_at: number
}

export async function allKeys(db: Db): Promise<StoredKey[]> {
  return db.selectFrom('api_key').select(['id', 'hash', 'scope', 'label', 'created_at']).execute()
}

export async function saveKey(db: Db, key: StoredKey): Promise<void> {
  await db
    .insertInto('api_key')
    .values({ ...key, last_used: 0 })
    .execute()
}
