import type { KeyRow } from '../../api/keys.ts'
import { isKeyKind, KEY_SCOPES, type KeyKind } from '../../core/scope.ts'
import type { StoredKey } from '../../store/keys.ts'

/** Whether a key holds; else what ended it, and when. */
export function endOfKey(
  { revoked_at, expires_at }: StoredKey,
  now: number,
): { readonly by: 'revoked' | 'expired'; readonly at: number } | undefined {
  if (revoked_at > 0) return { by: 'revoked', at: revoked_at }
  return expires_at > 0 && expires_at <= now ? { by: 'expired', at: expires_at } : undefined
}

/** A key as it may be shown. */
export function keyRow(key: StoredKey & { readonly hostname?: string | null }, now: number): KeyRow {
  const kind = key.scope as KeyKind
  return {
    id: key.id,
    kind,
    scopes: isKeyKind(kind) ? [...KEY_SCOPES[kind]] : [],
    label: key.label,
    machine: key.machine,
    group: key.machine_group,
    is_ephemeral: key.is_ephemeral === 1,
    hostname: key.hostname ?? null,
    created_at: new Date(key.created_at).toISOString(),
    last_used: instantOf(key.last_used),
    last_used_from: key.last_used_from,
    expires_at: instantOf(key.expires_at),
    revoked_at: instantOf(key.revoked_at),
    is_valid: endOfKey(key, now) === undefined,
  }
}

function instantOf(at: number): string | null {
  return at === 0 ? null : new Date(at).toISOString()
}
