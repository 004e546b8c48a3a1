import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { KEY_HEADER, SHARE_HEADER } from '../../api/paths.ts'
import { keyText } from '../../api/key-text.ts'
import type { AppOptions } from '../app.ts'
import { answering } from '../routes.ts'
import type { Route } from '../route.ts'
import { makeSetupLink } from '../setup-link.ts'
import { aKey, aServer, TEST_KEY, type TestServer } from '../testing.ts'
import { hashSecret, newPublicId, newSecret } from '../secrets.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import type { Share } from '../../store/shares.ts'
import type { Policy } from './policy.ts'

// Every route by every kind of caller. What is expected is said here once more, by itself: a change of a policy, or of
// what one lets through, has to be made twice.

type Headers = Record<string, string>

/** Callers that a server has to tell apart, each with what its request carries. */
const CALLERS = {
  nobody: async () => ({}),
  'an empty key': async () => ({ [KEY_HEADER]: '' }),
  'something that is no key': async () => ({ [KEY_HEADER]: 'password' }),
  'a key with a wrong check': async (server) => ({ [KEY_HEADER]: `${(await aKey(server, 'admin')).slice(0, -1)}_` }),
  'a key that was never made': async () => ({
    [KEY_HEADER]: keyText({ kind: 'admin', id: 'a'.repeat(10), secret: 'b'.repeat(43) }),
  }),
  'the id of a key with another secret': async (server) => {
    const [, , id = ''] = (await aKey(server, 'admin')).split('_')
    return { [KEY_HEADER]: keyText({ kind: 'admin', id, secret: 'b'.repeat(43) }) }
  },
  'an ingest key that calls itself admin': async (server) => {
    const [, , id = ''] = (await aKey(server, 'ingest')).split('_')
    return { [KEY_HEADER]: keyText({ kind: 'admin', id, secret: 'b'.repeat(43) }) }
  },
  'two keys': async (server) => ({ [KEY_HEADER]: `${await aKey(server, 'admin')}, ${await aKey(server, 'admin')}` }),
  'a revoked key': async (server) => spoiled(server, { revoked_at: 1 }),
  'an expired key': async (server) => spoiled(server, { expires_at: server.options.now() }),
  'an ingest key': async (server) => ({ [KEY_HEADER]: await aKey(server, 'ingest') }),
  'a read key': async (server) => ({ [KEY_HEADER]: await aKey(server, 'read') }),
  'a machine’s key': async (server) => ({ [KEY_HEADER]: await aKey(server, 'machine') }),
  'an admin key': async (server) => ({ [KEY_HEADER]: await aKey(server, 'admin') }),
  'the operator’s key': async () => ({ [KEY_HEADER]: TEST_KEY }),
  'a browser': async (server) => ({ ...OWN_PAGE, Cookie: await linkCookie(server) }),
  'a browser of the LAN': async (server) => ({ ...OWN_PAGE_OVER_HTTP, Cookie: await linkCookie(server) }),
  'a browser, by a key that may read': async (server) => ({
    ...OWN_PAGE,
    Cookie: await cookie(server, { api_key: await aKey(server, 'read') }),
  }),
  'a browser whose key was revoked': async (server) => {
    const made = await aKey(server, 'admin')
    const Cookie = await cookie(server, { api_key: made })
    const [, , id = ''] = made.split('_')
    await server.options.db.updateTable('api_key').set({ revoked_at: 1 }).where('id', '=', id).execute()
    return { ...OWN_PAGE, Cookie }
  },
  'a browser that was signed out': async (server) => {
    const Cookie = await linkCookie(server)
    const answer = await server.app.request('/v1/session', { method: 'DELETE', headers: { ...OWN_PAGE, Cookie } })
    expect(answer.status).toBe(200)
    return { ...OWN_PAGE, Cookie }
  },
  'a browser after a long time': async (server) => {
    const Cookie = await linkCookie(server)
    server.wait(14 * 86_400_000)
    return { ...OWN_PAGE, Cookie }
  },
  'a browser with a made-up cookie': async () => ({ ...OWN_PAGE, Cookie: `forge=${'c'.repeat(43)}` }),
  'a browser with the cookie under the other name': async (server) => ({
    ...OWN_PAGE,
    Cookie: `__Host-${await linkCookie(server)}`,
  }),
  'a browser with a key for a cookie': async (server) => ({
    ...OWN_PAGE,
    Cookie: `forge=${await aKey(server, 'admin')}; ${KEY_HEADER}=${await aKey(server, 'admin')}`,
  }),
  'a page of another site': async (server) => ({
    'Sec-Fetch-Site': 'cross-site',
    Origin: 'https://evil.example',
    Cookie: await linkCookie(server),
  }),
  'a page of another port or subdomain': async (server) => ({
    'Sec-Fetch-Site': 'same-site',
    Origin: 'http://localhost:3000',
    Cookie: await linkCookie(server),
  }),
  'a page of another site of the LAN': async (server) => ({
    Origin: 'http://evil.example',
    Cookie: await linkCookie(server),
  }),
  'a form of another site, which says nothing of itself': async (server) => ({ Cookie: await linkCookie(server) }),
  'a form of the own page': async (server) => ({
    ...OWN_PAGE,
    'Content-Type': 'application/x-www-form-urlencoded',
    Cookie: await linkCookie(server),
  }),
  'a wrong key beside a good cookie': async (server) => ({
    ...OWN_PAGE,
    [KEY_HEADER]: 'password',
    Cookie: await linkCookie(server),
  }),
  'a good key beside a wrong cookie': async (server) => ({
    [KEY_HEADER]: await aKey(server, 'admin'),
    Cookie: 'forge=made-up',
  }),
  'a read-only link': async (server) => ({ [SHARE_HEADER]: await link(server) }),
  'a read-only link for a key': async (server) => ({ [KEY_HEADER]: await link(server) }),
  'a key for a read-only link': async (server) => ({ [SHARE_HEADER]: await aKey(server, 'admin') }),
  'a read-only link that is over': async (server) => ({
    [SHARE_HEADER]: await link(server, { expires_at: server.options.now() }),
  }),
  'a read-only link that was ended': async (server) => {
    const secret = await link(server)
    await server.options.db.deleteFrom('share').where('hash', '=', hashSecret(secret)).execute()
    return { [SHARE_HEADER]: secret }
  },
} as const satisfies Readonly<Record<string, (server: TestServer) => Promise<Headers>>>

type CallerName = keyof typeof CALLERS

const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' }
const OWN_PAGE_OVER_HTTP = { Origin: 'http://nas:8420', Host: 'nas:8420', 'Content-Type': 'application/json' }

/** Let in; or not, and why: nobody known, or known and not allowed, or a request that cannot be meant. */
type Verdict = 'in' | 'unauthenticated' | 'forbidden' | 'invalid'
type Expected = Readonly<Record<Policy, Verdict | { readonly safe: Verdict; readonly unsafe: Verdict }>>

const everywhere = (verdict: Verdict): Omit<Expected, 'open' | 'newcomer' | 'visitor' | 'link'> => ({
  key: verdict,
  ingest: verdict,
  read: verdict,
  admin: verdict,
})
/** Who shows no cookie may ask whether one is signed in, but sign in only from our own page. */
const BY_KEY = {
  open: 'in',
  newcomer: 'in',
  link: 'unauthenticated',
  visitor: { safe: 'in', unsafe: 'forbidden' },
} as const
const BY_COOKIE = {
  open: 'in',
  newcomer: 'forbidden',
  link: 'unauthenticated',
  visitor: 'in',
  key: 'unauthenticated',
  ingest: 'unauthenticated',
} as const
const REFUSED = { ...BY_KEY, ...everywhere('unauthenticated') }
const SIGNED_OUT = { ...BY_COOKIE, ...everywhere('unauthenticated') }
const ADMIN = { ...BY_KEY, ...everywhere('in') }
const ADMIN_BROWSER = { ...BY_COOKIE, read: 'in', admin: 'in' } as const
const ELSEWHERE = {
  ...BY_COOKIE,
  visitor: 'forbidden',
  read: 'forbidden',
  admin: 'forbidden',
} as const satisfies Expected
const UNSAFE_ELSEWHERE = {
  ...BY_COOKIE,
  visitor: { safe: 'in', unsafe: 'forbidden' },
  read: { safe: 'in', unsafe: 'forbidden' },
  admin: { safe: 'in', unsafe: 'forbidden' },
} as const satisfies Expected

const EXPECTED: Readonly<Record<CallerName, Expected>> = {
  nobody: REFUSED,
  'an empty key': REFUSED,
  'something that is no key': REFUSED,
  'a key with a wrong check': REFUSED,
  'a key that was never made': REFUSED,
  'the id of a key with another secret': REFUSED,
  'an ingest key that calls itself admin': REFUSED,
  'two keys': { ...BY_KEY, ...everywhere('invalid') },
  'a revoked key': REFUSED,
  'an expired key': REFUSED,
  'an ingest key': { ...BY_KEY, key: 'in', ingest: 'in', read: 'forbidden', admin: 'forbidden' },
  'a read key': { ...BY_KEY, key: 'in', ingest: 'forbidden', read: 'in', admin: 'forbidden' },
  'a machine’s key': { ...BY_KEY, key: 'in', ingest: 'in', read: 'in', admin: 'forbidden' },
  'an admin key': ADMIN,
  'the operator’s key': ADMIN,
  'a browser': ADMIN_BROWSER,
  'a browser of the LAN': ADMIN_BROWSER,
  'a browser, by a key that may read': { ...ADMIN_BROWSER, admin: 'forbidden' },
  'a browser whose key was revoked': SIGNED_OUT,
  'a browser that was signed out': SIGNED_OUT,
  'a browser after a long time': SIGNED_OUT,
  'a browser with a made-up cookie': SIGNED_OUT,
  'a browser with the cookie under the other name': SIGNED_OUT,
  'a browser with a key for a cookie': SIGNED_OUT,
  'a page of another site': ELSEWHERE,
  'a page of another port or subdomain': ELSEWHERE,
  'a page of another site of the LAN': UNSAFE_ELSEWHERE,
  'a form of another site, which says nothing of itself': { ...UNSAFE_ELSEWHERE, newcomer: 'in' },
  'a form of the own page': UNSAFE_ELSEWHERE,
  'a wrong key beside a good cookie': { ...SIGNED_OUT },
  'a good key beside a wrong cookie': { ...BY_KEY, ...everywhere('in') },
  'a read-only link': { ...REFUSED, link: 'in' },
  'a read-only link for a key': REFUSED,
  'a key for a read-only link': REFUSED,
  'a read-only link that is over': REFUSED,
  'a read-only link that was ended': REFUSED,
}

/** What is served does not depend on a ledger. */
const table = answering({ now: () => 0, tz: 'UTC', version: '' } as unknown as AppOptions).routes

test.each(table.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s lets in whom its policy says, and nobody else',
  async (_, route) => {
    const server = await aTableServer()
    const found: Record<string, Verdict> = {}
    for (const [name, headers] of Object.entries(CALLERS)) {
      found[name] = await verdictOf(await asked(server, route, await headers(server)))
    }
    expect(found).toEqual(Object.fromEntries(callerNames().map((name) => [name, expected(name, route)])))
  },
)

test('where anyone may look, who shows no key may, and nobody may do more than that', async () => {
  const server = await aTableServer({ viewers: 'anyone' })
  // What is asked of a route there depends on nothing else.
  for (const [route] of Map.groupBy(table, ({ policy, method }) => `${policy} ${method}`).values()) {
    if (route === undefined) throw new Error('no route')
    for (const name of callerNames()) {
      const headers = await CALLERS[name](server)
      const verdict = await verdictOf(await asked(server, route, headers))
      const isWithoutKey = !Object.hasOwn(headers, KEY_HEADER) && expected(name, route) === 'unauthenticated'
      const mayLook = route.policy === 'read' && isWithoutKey
      expect([name, route.path, verdict]).toEqual([name, route.path, mayLook ? 'in' : expected(name, route)])
    }
  }
})

test('every route of the table is what the router has, and the other way round', async () => {
  const { app } = await aServer()
  const mounted = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(mounted.toSorted()).toEqual(table.map(({ method, path }) => `${method} ${path}`).toSorted())
})

async function asked({ app }: TestServer, { method, path }: Route, headers: Headers): Promise<Response> {
  return app.request(path.replaceAll(/\{\w+\}/g, 'something'), {
    method,
    headers: { Host: 'nas:8420', ...headers },
    ...(method === 'GET' ? {} : { body: '{}' }),
  })
}

function callerNames(): CallerName[] {
  return Object.keys(CALLERS) as CallerName[]
}

function expected(name: CallerName, { policy, method }: Route): Verdict {
  const verdict = EXPECTED[name][policy]
  return typeof verdict === 'string' ? verdict : verdict[method === 'GET' ? 'safe' : 'unsafe']
}

async function verdictOf(answer: Response): Promise<Verdict> {
  if (answer.ok) {
    // Some are streams without an end.
    await answer.body?.cancel()
    return 'in'
  }
  const { code, detail } = (await answer.json()) as { code?: string; detail?: string }
  if (code === 'unauthenticated' || code === 'forbidden') return code
  return code === 'invalid-request' && detail?.includes('more than once') ? 'invalid' : 'in'
}

function aTableServer(options: Partial<AppOptions> = {}): Promise<TestServer> {
  const limits = { wrong_keys: 1e6, wrong_links: 1e6, requests: 1e6 }
  return aServer({ limits, randomBytes: (count) => randomBytes(count), ...options })
}

/** A key that would do, but for this. */
async function spoiled(server: TestServer, change: { revoked_at: number } | { expires_at: number }): Promise<Headers> {
  const made = await aKey(server, 'admin')
  const [, , id = ''] = made.split('_')
  await server.options.db.updateTable('api_key').set(change).where('id', '=', id).execute()
  return { [KEY_HEADER]: made }
}

/** The secret of a read-only link. */
async function link({ options: { db, randomBytes, now } }: TestServer, change: Partial<Share> = {}): Promise<string> {
  const secret = newSecret(randomBytes)
  const filters = { machine: [], project: [], model: [], account: [] }
  const share: Share = {
    id: newPublicId(randomBytes),
    hash: hashSecret(secret),
    owner: ONLY_OWNER,
    name: 'for someone',
    view: JSON.stringify({ range: '30d', by: 'model', metric: 'tokens', tz: 'UTC', filters }),
    blocks: '[]',
    has_names: 0,
    has_cost: 0,
    created_at: 0,
    last_used: 0,
    expires_at: now() + 60_000,
    ...change,
  }
  await db.insertInto('share').values(share).execute()
  return secret
}

async function linkCookie(server: TestServer): Promise<string> {
  const { db, randomBytes, now } = server.options
  const link = await makeSetupLink(db, 'http://nas:8420', { randomBytes, now: now() })
  return cookie(server, { setup: link.split('#')[1] as string })
}

/** What a browser keeps after it has signed in. */
async function cookie({ app }: TestServer, body: object): Promise<string> {
  const answer = await app.request('/v1/session', { method: 'POST', headers: OWN_PAGE, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return answer.headers.get('Set-Cookie')?.split(';')[0] ?? ''
}
