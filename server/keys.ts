import { createHash } from 'node:crypto'
import { allKeys, saveKey } from '../store/keys.ts'
import type { Db } from '../store/open.ts'

/** SHA-256 of a key, hex. A fast hash is right for keys of 256 random bits; slow ones are for passwords. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/**
 * Makes the first key of a server that has none, stores its hash, and returns the key: the only time that anyone sees
 * it. Returns undefined when there is a key.
 */
export async function makeFirstKey(
  db: Db,
  { randomBytes, now }: { randomBytes: (count: number) => Uint8Array; now: number },
): Promise<string | undefined> {
  if ((await allKeys(db)).length > 0) return undefined
  const key = `cf_admin_${Buffer.from(randomBytes(32)).toString('base64url')}`
  const id = Buffer.from(randomBytes(8)).toString('hex')
  await saveKey(db, { id, hash: hashKey(key), scope: 'admin', label: 'made at the first start', created_at: now })
  return key
}
