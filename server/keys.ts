import { keyText } from '../api/key-text.ts'
import { hasKeys, saveKey } from '../store/keys.ts'
import type { Db } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import type { KeyKind } from '../core/scope.ts'
import type { OwnerId } from '../store/schema.ts'
import { hashSecret, newPublicId, newSecret, type RandomBytes } from './secrets.ts'

export interface NewKey {
  readonly kind: KeyKind
  readonly owner: OwnerId
  readonly label: string
}

export interface Making {
  readonly randomBytes: RandomBytes
  readonly now: number
}

/** Makes a key and stores its hash; returns the key: the only time that anyone sees it. */
export async function makeKey(db: Db, { kind, owner, label }: NewKey, { randomBytes, now }: Making): Promise<string> {
  const id = newPublicId(randomBytes)
  const key = keyText({ kind, id, secret: newSecret(randomBytes) })
  await saveKey(db, {
    id,
    hash: hashSecret(key),
    scope: kind,
    label,
    owner,
    machine: '',
    created_at: now,
    last_used: 0,
    last_used_from: '',
    expires_at: 0,
    revoked_at: 0,
  })
  return key
}

/** Makes the first key of a server that has none. Returns undefined when there is a key. */
export async function makeFirstKey(db: Db, making: Making): Promise<string | undefined> {
  if (await hasKeys(db)) return undefined
  return makeKey(db, { kind: 'admin', owner: ONLY_OWNER, label: 'made at the first start' }, making)
}
