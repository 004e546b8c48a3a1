import {
  endSignInsAnswer,
  type SessionAnswer,
  sessionAnswer,
  type SignInRow,
  signInRequest,
  signInsAnswer,
  signOutAnswer,
} from '../api/sign-in.ts'
import { Problem } from '../core/problem.ts'
import { endOtherSignIns, endSignIn, type SignIn, signIns } from '../store/sign-ins.ts'
import { type Browsers, signedOutAt } from './access/browsers.ts'
import type { Caller } from './access/caller.ts'
import { clearedCookies, setCookie } from './access/cookie.ts'
import { transportOf, type Visit } from './access/visit.ts'
import type { Endpoint, OpenEndpoint, ServerLedger } from './endpoint.ts'
import { readBody } from './validation.ts'

/** Is this browser signed in, and what may it do? */
export function getSession(version: string): OpenEndpoint {
  return {
    name: 'getSession',
    summary: 'Is this browser signed in, what may it do, and can others read along?',
    answer: sessionAnswer,
    async handle({ caller, visit }) {
      return session(caller, visit, version)
    },
  }
}

/** Exchanges the secret of a setup link, or a key, for a cookie. */
export function signIn({ db, now }: ServerLedger, browsers: Browsers, version: string): OpenEndpoint {
  return {
    name: 'signIn',
    summary: 'Signs this browser in, with the secret of a setup link or with a key. The answer sets a cookie.',
    body: signInRequest,
    answer: sessionAnswer,
    problems: ['invalid-request', 'unauthenticated', 'forbidden', 'rate-limited'],
    async handle({ caller, visit, readJson }) {
      const request = readBody(signInRequest, await readJson())
      const entered =
        'setup' in request
          ? await browsers.enterWithLink(request.setup, visit)
          : await browsers.enterWithKey(request.api_key, visit)
      // What it was signed in with until now is nobody's any more.
      if (caller !== undefined) await endSignIn(db, caller.owner, caller.id)
      const lasts_ms = entered.signIn.expires_at - now()
      return withCookies(session(entered.caller, visit, version), [setCookie(entered.cookie, lasts_ms)])
    },
  }
}

/** Signs this browser out. Doing it again changes nothing. */
export function signOut({ db }: ServerLedger): OpenEndpoint {
  return {
    name: 'signOut',
    summary: 'Signs this browser out.',
    answer: signOutAnswer,
    problems: ['forbidden'],
    async handle({ caller }) {
      if (caller !== undefined) await endSignIn(db, caller.owner, caller.id)
      return withCookies({ signed_in: false }, clearedCookies())
    },
  }
}

export function listSignIns({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listSignIns',
    summary: 'Every browser that is signed in.',
    answer: signInsAnswer,
    async handle({ caller }) {
      const all = await signIns(db, caller.owner)
      return {
        sign_ins: all
          .filter((signIn) => signedOutAt(signIn) > now())
          .map((signIn) => ({ ...rowOf(signIn), is_current: signIn.id === caller.id })),
      }
    },
  }
}

/** Signs one browser out, wherever it is. */
export function endOneSignIn({ db }: ServerLedger): Endpoint {
  return {
    name: 'endSignIn',
    summary: 'Signs one browser out.',
    answer: endSignInsAnswer,
    problems: ['not-found'],
    async handle({ caller, param }) {
      if (await endSignIn(db, caller.owner, param('id'))) return { ended: 1 }
      throw new Problem('not-found', 'No browser is signed in under this id.', {
        hint: 'All of them: GET /v1/sign-ins',
      })
    },
  }
}

/** Signs every browser out but the one that asks. */
export function endAllSignIns({ db }: ServerLedger): Endpoint {
  return {
    name: 'endSignIns',
    summary: 'Signs every browser out but the one that asks.',
    answer: endSignInsAnswer,
    async handle({ caller }) {
      return { ended: await endOtherSignIns(db, caller.owner, caller.id) }
    },
  }
}

function session(caller: Caller | undefined, visit: Visit, version: string): SessionAnswer {
  return {
    signed_in: caller !== undefined,
    transport: transportOf(visit),
    version,
    scopes: [...(caller?.scopes ?? [])],
    ...(caller?.signIn === undefined ? {} : { session: rowOf(caller.signIn) }),
  }
}

function rowOf(signIn: SignIn): SignInRow {
  return {
    id: signIn.id,
    made_with: signIn.made_by === '' ? 'setup-link' : signIn.made_by,
    label: signIn.label,
    created_at: new Date(signIn.created_at).toISOString(),
    last_used: new Date(signIn.last_used).toISOString(),
    last_used_from: signIn.last_used_from,
    ends_at: new Date(signedOutAt(signIn)).toISOString(),
  }
}

function withCookies(body: object, cookies: readonly string[]): Response {
  const headers = new Headers({ 'Content-Type': 'application/json' })
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return new Response(JSON.stringify(body), { headers })
}
