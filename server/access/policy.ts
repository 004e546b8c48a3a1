import { Problem } from '../../core/problem.ts'
import type { Scope } from '../../core/scope.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import type { Browsers } from './browsers.ts'
import type { Caller } from './caller.ts'
import { cookieIn } from './cookie.ts'
import type { Keyring } from './keyring.ts'
import type { Links } from './links.ts'
import { mustBeSameOrigin, mustNotBeAPage } from './same-origin.ts'
import type { Visit } from './visit.ts'

interface Rule {
  /** What a key in `X-API-Key` has to be able to do; without it no key is looked at. */
  readonly key?: Scope | 'anything'
  /** What a browser that is signed in has to be able to do; without it no cookie is looked at. */
  readonly browser?: Scope | 'anything'
  /** Whether the secret of a read-only link is asked for, and nothing else. */
  readonly link?: true
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
  /** Whoever follows a read-only link; neither key nor cookie is looked at. */
  link: { link: true },
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

/** Who may look at reports without a key or a sign-in: nobody, or anyone. */
export const VIEWERS = ['signed-in', 'anyone'] as const
export type Viewers = (typeof VIEWERS)[number]

export interface GateOptions {
  readonly keys: Keyring
  readonly browsers: Browsers
  readonly links: Links
  readonly viewers?: Viewers | undefined
}

/** Whoever looks, where anyone may. */
const ANYONE: Caller = { id: 'anyone', owner: ONLY_OWNER, scopes: ['read'] }

/**
 * The one way in. A key that is shown is all that counts: with a wrong one, a cookie beside it is not looked at, and
 * what takes no key does not read it. What a cookie may do from elsewhere than our own pages is nothing.
 */
export function gate({ keys, browsers, links, viewers = 'signed-in' }: GateOptions): Gate {
  return async (policy, visit) => {
    const rule = ruleOf(policy)
    if (rule.pages === false) mustNotBeAPage(visit)
    if (rule.link) return links.callerOf(visit.share, visit.address)
    const cookie = rule.browser === undefined ? undefined : cookieIn(visit.cookies)
    const isOpenToView = viewers === 'anyone' && policy === 'read'
    if (rule.key !== undefined && (visit.key !== undefined || (cookie === undefined && !isOpenToView))) {
      return permitted(await keys.callerOf(visit.key, visit.address), rule.key)
    }
    if (rule.browser === undefined) return undefined
    mustBeSameOrigin(visit)
    const caller = await browsers.callerOf(cookie, visit.address)
    if (caller === undefined && isOpenToView) return ANYONE
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
