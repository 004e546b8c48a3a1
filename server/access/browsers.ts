import { Problem } from '../../core/problem.ts'
import { KEY_SCOPES, type Scope } from '../../core/scope.ts'
import { cleanName } from '../../core/text.ts'
import type { Db } from '../../store/open.ts'
import { findSetupLink, takeSetupLink } from '../../store/setup-links.ts'
import { transact } from '../../store/transact.ts'
import { endSignIn, findSignIn, noteSignInUse, saveSignIn, type SignIn } from '../../store/sign-ins.ts'
import { hashSecret, newPublicId, newSecret, type RandomBytes } from '../secrets.ts'
import { addressGroup } from './address-group.ts'
import type { Caller } from './caller.ts'
import type { Cookie } from './cookie.ts'
import { type Keyring, USE_IS_NOTED_EVERY_MS } from './keyring.ts'
import type { Limiter } from './limits.ts'
import type { Visit } from './visit.ts'

/** A browser ends when it was not used for so long, and at the latest after the second time (docs/decisions/0007). */
export const IDLE_MS = 14 * 86_400_000
export const LONGEST_MS = 90 * 86_400_000

/** The one place that lets browsers in, knows them again, and lets them go. */
export interface Browsers {
  /** The browser behind a cookie; undefined for one that is not signed in (any more). */
  callerOf(cookie: Cookie | undefined, address: string | undefined): Promise<Caller | undefined>
  /** Signs in with a setup link's secret. Throws `unauthenticated` and `rate-limited`. */
  enterWithLink(secret: string, visit: Visit): Promise<Entered>
  /** Signs in with a key. Throws as a request with the key would, and `forbidden` for one that may not read. */
  enterWithKey(key: string, visit: Visit): Promise<Entered>
}

export interface Entered {
  readonly caller: Caller
  readonly signIn: SignIn
  readonly cookie: Cookie
}

export interface BrowsersOptions {
  readonly db: Db
  readonly now: () => number
  readonly limits: Limiter
  readonly keys: Keyring
  readonly randomBytes: RandomBytes
}

export function browsers({ db, now, limits, keys, randomBytes }: BrowsersOptions): Browsers {
  /** Always a new value: what a browser held before it signed in is worth nothing after. */
  const enter = async (
    { owner, made_by, scopes }: Pick<SignIn, 'owner' | 'made_by'> & Pick<Caller, 'scopes'>,
    { is_https, user_agent = '', address = '' }: Visit,
  ): Promise<Entered> => {
    const cookie: Cookie = { value: newSecret(randomBytes), is_secure: is_https }
    const signIn: SignIn = {
      id: newPublicId(randomBytes),
      hash: hashSecret(cookie.value),
      owner,
      made_by,
      is_secure: is_https ? 1 : 0,
      label: cleanName(user_agent).slice(0, 200),
      created_at: now(),
      last_used: now(),
      last_used_from: address,
      expires_at: now() + LONGEST_MS,
    }
    await transact(db, owner, (tx) => saveSignIn(tx, signIn))
    return { caller: callerFor(signIn, scopes), signIn, cookie }
  }
  return {
    async callerOf(cookie, address) {
      if (cookie === undefined) return undefined
      const signIn = await findSignIn(db, hashSecret(cookie.value))
      if (signIn === undefined || (signIn.is_secure === 1) !== cookie.is_secure) return undefined
      const scopes = signedOutAt(signIn) > now() ? await scopesOf(signIn, keys) : undefined
      if (scopes === undefined) {
        await endSignIn(db, signIn.owner, signIn.id)
        return undefined
      }
      await limits.count('requests', signIn.id)
      if (now() - signIn.last_used >= USE_IS_NOTED_EVERY_MS) {
        await noteSignInUse(db, signIn.id, { at: now(), from: address ?? '' }).catch(() => undefined)
      }
      return callerFor(signIn, scopes)
    },
    async enterWithLink(secret, visit) {
      const hash = hashSecret(secret)
      const found = await findSetupLink(db, hash, now())
      await limits.guess('wrong_keys', addressGroup(visit.address), () => found)
      // Of two that use it at once, one gets it.
      if (found === undefined || !(await takeSetupLink(db, hash))) {
        throw new Problem('unauthenticated', 'This link was used already, or its time is over.', {
          hint: 'On the server’s machine, this makes another one: forge setup-link',
        })
      }
      return enter({ owner: found.owner, made_by: '', scopes: KEY_SCOPES.admin }, visit)
    },
    async enterWithKey(key, visit) {
      const caller = await keys.callerOf(key, visit.address)
      if (!caller.scopes.includes('read')) {
        throw new Problem('forbidden', 'With this key nothing can be looked at: it only sends.', {
          hint: 'Sign in with an admin key, or with a link: forge setup-link',
        })
      }
      return enter({ ...caller, made_by: caller.id }, visit)
    },
  }
}

/** When a browser is signed out if it is not used any more. */
export function signedOutAt({ last_used, expires_at }: SignIn): number {
  return Math.min(last_used + IDLE_MS, expires_at)
}

/** What a browser may do: what its key may by now, so nothing once that is gone. */
async function scopesOf({ made_by }: SignIn, keys: Keyring): Promise<readonly Scope[] | undefined> {
  return made_by === '' ? KEY_SCOPES.admin : (await keys.callerOfId(made_by))?.scopes
}

function callerFor(signIn: SignIn, scopes: readonly Scope[]): Caller {
  // Usage is what machines send.
  return { id: signIn.id, owner: signIn.owner, scopes: scopes.filter((scope) => scope !== 'ingest'), signIn }
}
