import { keyText } from '../../api/key-text.ts'
import type { KeyKind } from '../../core/scope.ts'
import { saveKey, type StoredKey } from '../../store/keys.ts'
import type { Db, Tx } from '../../store/open.ts'
import type { OwnerId } from '../../store/schema.ts'
import { hashSecret, newPublicId, newSecret, type RandomBytes } from '../secrets.ts'

export interface NewKey {
  readonly kind: KeyKind
  readonly owner: OwnerId
  readonly label: string
  /** The machine that alone may use it. */
  readonly machine?: string
  readonly expires_at?: number
  /** The key that it is to replace, and how long that holds once this one is used. */
  readonly replaces?: { readonly key: StoredKey; readonly grace_ms: number }
  /** Where machines come that it brings, and whether they are made for a job, and then gone. */
  readonly group?: string
  readonly is_ephemeral?: boolean
}

export interface Making {
  readonly randomBytes: RandomBytes
  readonly now: number
}

export interface MadeKey {
  /** The only time that anyone sees it. */
  readonly key: string
  readonly stored: StoredKey
}

/** Makes a key and stores its hash. */
export async function makeKey(db: Db | Tx, wanted: NewKey, { randomBytes, now }: Making): Promise<MadeKey> {
  const { kind, owner, label, machine = '', expires_at = 0, replaces, group = '', is_ephemeral = false } = wanted
  const id = newPublicId(randomBytes)
  const key = keyText({ kind, id, secret: newSecret(randomBytes) })
  const stored: StoredKey = {
    id,
    hash: hashSecret(key),
    scope: kind,
    label,
    owner,
    machine,
    created_at: now,
    last_used: 0,
    last_used_from: '',
    expires_at,
    revoked_at: 0,
    replaces: replaces?.key.id ?? '',
    grace_ms: replaces?.grace_ms ?? 0,
    family: replaces?.key.family ?? id,
    machine_group: group,
    is_ephemeral: is_ephemeral ? 1 : 0,
  }
  await saveKey(db, stored)
  return { key, stored }
}
