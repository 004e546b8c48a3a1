import { timingSafeEqual } from 'node:crypto'
import { KEY_HEADER } from '../../api/paths.ts'
import { isMistyped, parseKey } from '../../api/key-text.ts'
import { Problem } from '../../core/problem.ts'
import { isKeyKind, KEY_SCOPES } from '../../core/scope.ts'
import { endKeyAt, findKey, findKeyByHash, noteKeyUse, type StoredKey } from '../../store/keys.ts'
import type { Db } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { endOfKey } from '../keys/key-row.ts'
import { hashSecret } from '../secrets.ts'
import { sharedLooks } from '../shared-looks.ts'
import { addressGroup } from './address-group.ts'
import type { Caller } from './caller.ts'
import type { Limiter } from './limits.ts'

/** The one place that says whose a key is, and whether it holds. */
export interface Keyring {
  /** The caller behind a key. Throws `unauthenticated`, `rate-limited`, or `invalid-request` for a header sent twice. */
  callerOf(presented: string | undefined, address: string | undefined): Promise<Caller>
  /** The caller that a key of this id would be now; undefined for one that does not hold any more. */
  callerOfId(id: string): Promise<Caller | undefined>
}

export interface KeyringOptions {
  readonly db: Db
  readonly now: () => number
  readonly limits: Limiter
  /** A key of the operator's own, besides those in the ledger. */
  readonly api_key: string | undefined
}

/** How old the note of a key's last use may be: not every request should cost a commit. */
export const USE_IS_NOTED_EVERY_MS = 60_000

export function keyring({ db, now, limits, api_key }: KeyringOptions): Keyring {
  const own = api_key === undefined ? undefined : operatorsKey(api_key)
  // Looked for after each request has come, so that a key which is revoked stops working at once.
  const byId = sharedLooks((id: string) => findKey(db, id))
  const byHash = sharedLooks((hash: string) => findKeyByHash(db, hash))
  const noteUseOnce = usesNotedOnce(db)
  const storedKey = (presented: string, hash: string) => {
    const id = parseKey(presented)?.id
    return id === undefined ? byHash(hash) : byId(id)
  }
  return {
    async callerOf(header, address) {
      const presented = presentedKey(header)
      const hash = hashSecret(presented)
      const stored = own !== undefined && isEqual(own.hash, hash) ? own : await storedKey(presented, hash)
      const key = await limits.guess('wrong_keys', addressGroup(address), () =>
        stored !== undefined && isEqual(stored.hash, hash) ? stored : undefined,
      )
      if (key === undefined) throw unknownKey(presented)
      mustHold(key, now())
      await limits.count('requests', key.id)
      if (key !== own) await noteUseOnce(key, { at: now(), from: address ?? '' })
      return callerFor(key)
    },
    async callerOfId(id) {
      const key = id === own?.id ? own : await byId(id)
      return key !== undefined && endOfKey(key, now()) === undefined ? callerFor(key) : undefined
    },
  }
}

/** The operator's key has no row: it lasts as long as the server's environment says so. */
function operatorsKey(api_key: string): StoredKey {
  const hash = hashSecret(api_key)
  return {
    // Of another key the id is another, so that a browser which signed in with this one is signed out by a change.
    id: `env-${hash.slice(0, 10)}`,
    hash,
    scope: 'admin',
    label: 'FORGE_API_KEY',
    owner: ONLY_OWNER,
    machine: '',
    created_at: 0,
    last_used: 0,
    last_used_from: '',
    expires_at: 0,
    revoked_at: 0,
    replaces: '',
    grace_ms: 0,
    family: '',
    machine_group: '',
    is_ephemeral: 0,
  }
}

function callerFor({ id, owner, scope, machine, family, machine_group, is_ephemeral }: StoredKey): Caller {
  const scopes = isKeyKind(scope) ? KEY_SCOPES[scope] : []
  const brings = { family: family === '' ? id : family, group: machine_group, is_ephemeral: is_ephemeral === 1 }
  return { id, owner, scopes, machine: machine === '' ? undefined : machine, brings }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}

interface KeyUse {
  readonly at: number
  readonly from: string
}

/** Notes uses of keys. Of requests that come together with one key, one does: the others need not wait for it. */
function usesNotedOnce(db: Db): (key: StoredKey, use: KeyUse) => Promise<void> {
  const noting = new Set<string>()
  return async (key, use) => {
    if (noting.has(key.id)) return
    noting.add(key.id)
    await noteUse(db, key, use).finally(() => noting.delete(key.id))
  }
}

async function noteUse(db: Db, key: StoredKey, use: KeyUse): Promise<void> {
  // Whoever uses the new key has kept it; until then the old one might be all they have.
  if (key.last_used === 0 && key.replaces !== '') await endKeyAt(db, key.replaces, use.at + key.grace_ms)
  if (use.at - key.last_used < USE_IS_NOTED_EVERY_MS) return
  // What a full disk or a long write of another keeps from being noted is no reason to refuse an answer.
  await noteKeyUse(db, key.id, use).catch(() => undefined)
}

function mustHold(key: StoredKey, now: number): void {
  const end = endOfKey(key, now)
  if (end === undefined) return
  const what = end.by === 'expired' ? 'expired' : 'was revoked'
  throw new Problem('unauthenticated', `This key ${what} on ${minuteText(end.at)} UTC.`, {
    hint: 'A machine gets another one with: forge login URL',
    details: { reason: end.by, since: new Date(end.at).toISOString() },
  })
}

function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

const HOW_TO_GET_A_KEY =
  'A machine gets one with: forge login URL. For a program, on the server’s machine: forge key add'

function presentedKey(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new Problem('unauthenticated', `No key came with the request (header ${KEY_HEADER}).`, {
      hint: HOW_TO_GET_A_KEY,
    })
  }
  // HTTP joins a repeated header with commas, and no key has one.
  if (header.includes(',')) {
    throw new Problem('invalid-request', `The header ${KEY_HEADER} came more than once.`, {
      hint: 'Send one key.',
    })
  }
  return header
}

function unknownKey(presented: string): Problem {
  return isMistyped(presented)
    ? new Problem('unauthenticated', 'This key was not copied whole: its check does not fit.', {
        hint: 'Copy it again, as one word.',
      })
    : new Problem('unauthenticated', 'This key is not known here.', { hint: HOW_TO_GET_A_KEY })
}
