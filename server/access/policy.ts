import { Problem } from '../../core/problem.ts'
import type { Scope } from '../../core/scope.ts'
import type { Browsers } from './browsers.ts'
import type { Caller } from './caller.ts'
import { cookieIn } from './cookie.ts'
import type { Keyring } from './keyring.ts'
import { mustBeSameOrigin, mustNotBeAPage } from './same-origin.ts'
import type { Visit } from './visit.ts'

interface Rule {
  /** What a key in `X-API-Key` has to be able to do; without it no key is looked at. */
  readonly key?: Scope | 'anything'
  /** What a browser that is signed in has to be able to do; without it no cookie is looked at. */
  readonly browser?: Scope | 'anything'
  /** Whether one without any of them is let in, too. */
  readonly open?: true
  /** Whether a page may ask for it: a browser says of itself that it is one. */
  readonly pages?: false
}

/** Who may call a route: all that can be said about it. A new route chooses one, and states it where it stands. */
export const POLICIES = {
  /** Anyone; neither key nor cookie is looked at. */
  open: { open: true },
  /** Any machine, which has no key yet; no page, so that none of another site asks in its visitor's name. */
  newcomer: { open: true, pages: false },
  /** Anyone; a browser that is signed in is known. For signing in, and asking whether one is. */
  visitor: { open: true, browser: 'anything' },
  /** Any key, about itself. */
  key: { key: 'anything' },
  /** Machines, which send. */
  ingest: { key: 'ingest' },
  /** Whoever may see reports. */
  read: { key: 'read', browser: 'read' },
  /** Whoever may change what is kept, and who may come in. */
  admin: { key: 'admin', browser: 'admin' },
} as const satisfies Readonly<Record<string, Rule>>

export type Policy = keyof typeof POLICIES
/** Those that let in who is nobody. */
export type OpenPolicy = { [P in Policy]: (typeof POLICIES)[P] extends { open: true } ? P : never }[Policy]

export function ruleOf(policy: Policy): Rule {
  return POLICIES[policy]
}

/** Lets a request through to a route of this policy, with its caller where it has one; or throws why not. */
export type Gate = (policy: Policy, visit: Visit) => Promise<Caller | undefined>

/**
 * The one way in. A key that is shown is all that counts: with a wrong one, a cookie beside it is not looked at, and
 * what takes no key does not read it. What a cookie may do from elsewhere than our own pages is nothing.
 */
export function gate({ keys, browsers }: { readonly keys: Keyring; readonly browsers: Browsers }): Gate {
  return async (policy, visit) => {
    const rule = ruleOf(policy)
    if (rule.pages === false) mustNotBeAPage(visit)
    const cookie = rule.browser === undefined ? undefined : cookieIn(visit.cookies)
    if (rule.key !== undefined && (visit.key !== undefined || cookie === undefined)) {
      return permitted(await keys.callerOf(visit.key, visit.address), rule.key)
    }
    if (rule.browser === undefined) return undefined
    mustBeSameOrigin(visit)
    const caller = await browsers.callerOf(cookie, visit.address)
    if (caller === undefined && !rule.open) throw signedOut()
    return caller && permitted(caller, rule.browser)
  }
}

function permitted(caller: Caller, needed: Scope | 'anything'): Caller {
  if (needed === 'anything' || caller.scopes.includes(needed)) return caller
  throw new Problem('forbidden', `This ${caller.signIn === undefined ? 'key' : 'sign-in'} may not do that.`, {
    hint: `It needs the right “${needed}”; this one has: ${caller.scopes.join(', ') || 'none'}.`,
    details: { needs: needed },
  })
}

function signedOut(): Problem {
  return new Problem('unauthenticated', 'This browser is not signed in (any more).', {
    hint: 'On the server’s machine, this makes a link to sign in with: forge setup-link',
  })
}
