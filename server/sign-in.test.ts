import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { KEY_HEADER } from '../api/paths.ts'
import type { SessionAnswer } from '../api/sign-in.ts'
import { trustedProxies } from './client-address.ts'
import { makeSetupLink } from './setup-link.ts'
import { aBatch, aKey, anEvent, aServer, TEST_KEY, TEST_NOW, type TestServer } from './testing.ts'

const OWN_PAGE = { Origin: 'http://nas:8420', Host: 'nas:8420', 'Content-Type': 'application/json' }
const DAY = 86_400_000

/** A browser that keeps its cookies, as far as it has to. */
class TestBrowser {
  readonly server: TestServer
  cookie = ''
  readonly headers: Record<string, string>

  constructor(server: TestServer, headers: Record<string, string> = OWN_PAGE) {
    this.server = server
    this.headers = headers
  }

  async ask(method: string, path: string, body?: object): Promise<Response> {
    const answer = await this.server.app.request(
      path,
      {
        method,
        headers: { ...this.headers, ...(this.cookie === '' ? {} : { Cookie: this.cookie }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      { incoming: { socket: { remoteAddress: '192.0.2.7' } } },
    )
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      if (!set.includes('Max-Age=0')) this.cookie = pair
      else if (this.cookie.startsWith(pair)) this.cookie = ''
    }
    return answer
  }

  async session(): Promise<SessionAnswer> {
    return (await (await this.ask('GET', '/v1/session')).json()) as SessionAnswer
  }
}

function aSignInServer(options: Parameters<typeof aServer>[0] = {}): Promise<TestServer> {
  return aServer({ randomBytes: (count) => randomBytes(count), ...options })
}

async function setupSecret({ options: { db, randomBytes, now } }: TestServer): Promise<string> {
  const link = await makeSetupLink(db, 'http://nas:8420', { randomBytes, now: now() })
  return link.split('#')[1] as string
}

async function signedIn(server: TestServer): Promise<TestBrowser> {
  const browser = new TestBrowser(server)
  expect((await browser.ask('POST', '/v1/session', { setup: await setupSecret(server) })).status).toBe(200)
  return browser
}

describe('a setup link', () => {
  test('has its secret where a browser sends it nowhere, and signs one browser in, once', async () => {
    const server = await aSignInServer()
    const { db, randomBytes, now } = server.options
    const link = await makeSetupLink(db, 'http://nas:8420', { randomBytes, now: now() })
    const [, secret = ''] = /^http:\/\/nas:8420\/setup#([\w-]{43})$/.exec(link) ?? []
    const browser = new TestBrowser(server)
    expect(await browser.session()).toEqual({ signed_in: false, transport: 'http', version: '1.2.3', scopes: [] })
    const entered = await browser.ask('POST', '/v1/session', { setup: secret })
    expect(await entered.json()).toEqual(await browser.session())
    expect(await browser.session()).toMatchObject({
      signed_in: true,
      scopes: ['read', 'admin'],
      session: { made_with: 'setup-link', last_used_from: '192.0.2.7' },
    })
    expect((await browser.ask('GET', '/v1/stats/totals')).status).toBe(200)

    const replayed = await new TestBrowser(server).ask('POST', '/v1/session', { setup: secret })
    expect([replayed.status, await replayed.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'unauthenticated', hint: expect.stringContaining('forge setup-link') }),
    ])
    expect(replayed.headers.getSetCookie()).toEqual([])
    const stored = JSON.stringify(await db.selectFrom('sign_in').selectAll().execute())
    for (const hidden of [secret, browser.cookie.split('=')[1] as string]) expect(stored).not.toContain(hidden)
  })

  test('that many browsers use at once lets one in', async () => {
    const server = await aSignInServer()
    const setup = await setupSecret(server)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => new TestBrowser(server).ask('POST', '/v1/session', { setup })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19)
  })

  test('is worth nothing after 15 minutes', async () => {
    const server = await aSignInServer()
    const setup = await setupSecret(server)
    server.wait(15 * 60_000)
    expect((await new TestBrowser(server).ask('POST', '/v1/session', { setup })).status).toBe(401)
  })
})

describe('signing in', () => {
  test('with a key that may read makes a browser that may do what the key may', async () => {
    const server = await aSignInServer()
    const rights = async (api_key: string) => {
      const browser = new TestBrowser(server)
      const answer = await browser.ask('POST', '/v1/session', { api_key })
      return [answer.status, (await browser.session()).scopes]
    }
    expect(await rights(await aKey(server, 'read'))).toEqual([200, ['read']])
    expect(await rights(await aKey(server, 'admin'))).toEqual([200, ['read', 'admin']])
    expect(await rights(TEST_KEY)).toEqual([200, ['read', 'admin']])
    expect(await rights(await aKey(server, 'ingest'))).toEqual([403, []])
    expect(await rights('something else')).toEqual([401, []])
  })

  test('takes nothing but what it needs', async () => {
    const browser = new TestBrowser(await aSignInServer())
    for (const body of [{}, { setup: 'x', api_key: 'y' }, { api_key: TEST_KEY, scopes: ['admin'] }, { setup: 7 }]) {
      expect((await browser.ask('POST', '/v1/session', body)).status).toBe(400)
    }
    expect(browser.cookie).toBe('')
  })

  test('again gives a new cookie, and the one before is worth nothing', async () => {
    const server = await aSignInServer()
    const browser = await signedIn(server)
    const before = browser.cookie
    expect((await browser.ask('POST', '/v1/session', { api_key: TEST_KEY })).status).toBe(200)
    expect(browser.cookie).not.toBe(before)
    expect((await browser.session()).signed_in).toBe(true)
    browser.cookie = before
    expect((await browser.session()).signed_in).toBe(false)
  })

  test('guessing is stopped with the guessing of keys', async () => {
    const browser = new TestBrowser(await aSignInServer())
    for (let i = 0; i < 5; i++) {
      expect((await browser.ask('POST', '/v1/session', { setup: `guess-${i}` })).status).toBe(401)
      expect((await browser.ask('POST', '/v1/session', { api_key: `guess-${i}` })).status).toBe(401)
    }
    expect((await browser.ask('POST', '/v1/session', { setup: 'guess' })).status).toBe(429)
    expect((await browser.ask('POST', '/v1/session', { api_key: TEST_KEY })).status).toBe(429)
  })
})

describe('the cookie', () => {
  const attributes = async (headers: Record<string, string>, options = {}) => {
    const server = await aSignInServer(options)
    const browser = new TestBrowser(server, { ...OWN_PAGE, ...headers })
    const answer = await browser.ask('POST', '/v1/session', { api_key: TEST_KEY })
    expect((await browser.session()).signed_in).toBe(true)
    return [answer.headers.get('Set-Cookie')?.replace(/=[\w-]{43};/, '=…;'), (await browser.session()).transport]
  }

  test('over plain http cannot be read by a page, nor sent from another site', async () => {
    expect(await attributes({})).toEqual(['forge=…; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict', 'http'])
  })

  test('over https is sent over https only, to this host only', async () => {
    const secure = '__Host-forge=…; Max-Age=7776000; Path=/; HttpOnly; Secure; SameSite=Strict'
    expect(await attributes({ Origin: 'https://nas.example', 'Sec-Fetch-Site': 'same-origin' })).toEqual([
      secure,
      'https',
    ])
    const isTrustedProxy = trustedProxies('192.0.2.7', 'test')
    expect(await attributes({ 'X-Forwarded-Proto': 'https' }, { isTrustedProxy })).toEqual([secure, 'https'])
    expect((await attributes({ 'X-Forwarded-Proto': 'https' }))[0]).toMatch(/^forge=/)
  })

  test('lasts 14 days after the last use, and 90 in all', async () => {
    const server = await aSignInServer()
    const browser = await signedIn(server)
    for (let days = 13; days < 90; days += 13) {
      server.wait(13 * DAY)
      expect([days, (await browser.session()).signed_in]).toEqual([days, true])
    }
    server.wait(12 * DAY)
    expect((await browser.session()).signed_in).toBe(false)
    expect(await server.options.db.selectFrom('sign_in').select('id').execute()).toEqual([])
  })

  test('is noted as used once a minute, not with every request', async () => {
    const server = await aSignInServer()
    const browser = await signedIn(server)
    const last = async () => (await server.options.db.selectFrom('sign_in').select('last_used').execute())[0]?.last_used
    server.wait(59_999)
    await browser.session()
    expect(await last()).toBe(TEST_NOW)
    server.wait(1)
    await browser.session()
    expect(await last()).toBe(TEST_NOW + 60_000)
  })
})

describe('signing out', () => {
  test('ends it on the server, so that the cookie is worth nothing; again changes nothing', async () => {
    const server = await aSignInServer()
    const browser = await signedIn(server)
    const { cookie } = browser
    for (let i = 0; i < 2; i++) {
      const answer = await browser.ask('DELETE', '/v1/session')
      expect([answer.status, await answer.json()]).toEqual([200, { signed_in: false }])
      expect(browser.cookie).toBe('')
    }
    browser.cookie = cookie
    expect((await browser.ask('GET', '/v1/stats/totals')).status).toBe(401)
  })

  test('of another browser, or of all others', async () => {
    const server = await aSignInServer()
    const [desk, phone, laptop] = [await signedIn(server), await signedIn(server), await signedIn(server)]
    const { sign_ins } = (await (await desk.ask('GET', '/v1/sign-ins')).json()) as {
      sign_ins: { id: string; is_current: boolean }[]
    }
    expect(sign_ins.filter(({ is_current }) => is_current)).toHaveLength(1)
    const phoneId = (await phone.session()).session?.id
    expect(sign_ins.map(({ id }) => id)).toContain(phoneId)
    const end = () => desk.ask('DELETE', `/v1/sign-ins/${phoneId}`)
    expect([(await end()).status, (await end()).status]).toEqual([200, 404])
    expect((await phone.session()).signed_in).toBe(false)
    expect(await (await desk.ask('DELETE', '/v1/sign-ins')).json()).toEqual({ ended: 1 })
    expect([(await desk.session()).signed_in, (await laptop.session()).signed_in]).toEqual([true, false])
  })
})

test('who belongs to another owner sees nothing of this one, and changes nothing of it', async () => {
  const server = await aSignInServer()
  const other = await aKey(server, 'admin', { owner: 2 })
  await server.sync(aBatch([anEvent()]))
  const mine = await signedIn(server)
  const ask = (method: string, path: string, body?: object) =>
    server.request(method, path, body, { [KEY_HEADER]: other })
  const totals = async (answer: Promise<Response>) =>
    ((await (await answer).json()) as { total_tokens: number }).total_tokens
  expect(await totals(ask('GET', '/v1/stats/totals'))).toBe(0)
  // The same event is another one for another owner, and is answered as if nobody had it.
  expect(await (await ask('POST', '/v1/sync', aBatch([anEvent({ output_tokens: 1 })]))).json()).toMatchObject({
    stored: 1,
  })
  expect(await totals(mine.ask('GET', '/v1/stats/totals'))).toBe(20_853)
  expect((await ask('DELETE', '/v1/machines/studio?hard=true')).status).toBe(200)
  expect(await totals(mine.ask('GET', '/v1/stats/totals'))).toBe(20_853)
  expect(await (await ask('DELETE', '/v1/sign-ins')).json()).toEqual({ ended: 0 })
  expect((await ask('DELETE', `/v1/sign-ins/${(await mine.session()).session?.id}`)).status).toBe(404)
  expect((await mine.session()).signed_in).toBe(true)
})
