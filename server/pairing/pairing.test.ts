import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DEVICE_GRANT } from '../../api/pairing.ts'
import { CODE_LETTERS } from '../../api/pairing-code.ts'
import { KEY_HEADER } from '../../api/paths.ts'
import { parseKey } from '../../api/key-text.ts'
import { deeds } from '../../store/audit.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { trustedProxies } from '../client-address.ts'
import { aBatch, aKey, aServer, TEST_KEY, TEST_NOW, type TestServer } from '../testing.ts'

const LAPTOP = { machine: 'machine-2', hostname: 'laptop', system: 'Ubuntu 24.04', client_version: '1.2.3' }

interface Started {
  readonly device_code: string
  readonly user_code: string
  readonly match: string
}

interface Answer {
  readonly http: number
  readonly [field: string]: unknown
}

function aPairingServer(options: Parameters<typeof aServer>[0] = {}): Promise<TestServer> {
  return aServer({ randomBytes: (count) => randomBytes(count), ...options })
}

async function read(answer: Response | Promise<Response>): Promise<Answer> {
  const response = await answer
  return { http: response.status, ...((await response.json()) as object) }
}

/** A form from an address, as a machine sends it. */
function form(
  { app }: TestServer,
  path: string,
  fields: Record<string, string>,
  { from = '192.0.2.9', headers = {} }: { from?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', Host: 'nas:8420' }
  const asked = app.request(
    path,
    { method: 'POST', headers: { ...type, ...headers }, body: new URLSearchParams(fields).toString() },
    { incoming: { socket: { remoteAddress: from } } },
  )
  return read(asked as Promise<Response>)
}

async function start(server: TestServer, machine: Partial<typeof LAPTOP> = {}): Promise<Started> {
  const answer = await form(server, '/v1/auth/device', { client_id: 'claudeforge', ...LAPTOP, ...machine })
  expect(answer.http).toBe(200)
  return answer as unknown as Started
}

function poll(server: TestServer, { device_code }: Pick<Started, 'device_code'>): Promise<Answer> {
  return form(server, '/v1/auth/token', { grant_type: DEVICE_GRANT, device_code, client_id: 'claudeforge' })
}

/** What an administrator asks for. */
function admin(server: TestServer, method: string, path: string, body?: object, key = TEST_KEY): Promise<Answer> {
  return read(server.request(method, path, body, { [KEY_HEADER]: key }))
}

async function find(server: TestServer, { user_code }: Started): Promise<string> {
  const found = await admin(server, 'POST', '/v1/pairings/find', { code: user_code })
  expect(found.http).toBe(200)
  return found['id'] as string
}

async function approve(server: TestServer, started: Started, number = started.match): Promise<Answer> {
  return admin(server, 'POST', `/v1/pairings/${await find(server, started)}/approve`, { number })
}

async function keysMade({ options: { db } }: TestServer): Promise<number> {
  return (await db.selectFrom('api_key').select('id').execute()).length
}

describe('a machine that asks to be let in', () => {
  test('shows a code, waits, and gets one key of its own once it was approved', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    expect(started).toEqual({
      http: 200,
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(new RegExp(`^[${CODE_LETTERS}]{4}-[${CODE_LETTERS}]{4}$`)),
      verification_uri: 'http://nas:8420/pair',
      verification_uri_complete: `http://nas:8420/pair?code=${started.user_code}`,
      expires_in: 900,
      interval: 2,
      match: expect.stringMatching(/^[1-9]\d$/),
    })
    expect(await poll(server, started)).toMatchObject({ http: 400, error: 'authorization_pending' })

    const found = await admin(server, 'POST', '/v1/pairings/find', { code: started.user_code })
    expect(found).toEqual({
      http: 200,
      id: expect.any(String),
      ...LAPTOP,
      from_address: '192.0.2.9',
      known_as: null,
      created_at: new Date(TEST_NOW).toISOString(),
      expires_at: new Date(TEST_NOW + 900_000).toISOString(),
      choices: expect.arrayContaining([started.match]),
    })
    expect(new Set(found['choices'] as string[]).size).toBe(3)
    expect(await admin(server, 'GET', '/v1/pairings')).toMatchObject({ pairings: [{ id: found['id'] }] })
    expect(await approve(server, started)).toMatchObject({ http: 200, status: 'approved' })
    expect(await admin(server, 'GET', '/v1/pairings')).toMatchObject({ pairings: [] })

    server.wait(2000)
    const given = await poll(server, started)
    expect(given).toMatchObject({ http: 200, token_type: 'api-key', scope: 'ingest read' })
    const key = given['access_token'] as string
    expect(parseKey(key)).toMatchObject({ kind: 'machine', id: given['key_id'] })
    expect(await admin(server, 'GET', '/v1/key', undefined, key)).toMatchObject({
      machine: 'machine-2',
      label: 'laptop',
    })
    expect((await admin(server, 'GET', '/v1/keys', undefined, key)).http).toBe(403)
    for (let i = 0; i < 2; i++) expect(await poll(server, started)).toMatchObject({ http: 400, error: 'invalid_grant' })
    expect(await keysMade(server)).toBe(1)
    const written = await deeds(server.options.db, ONLY_OWNER, { limit: 9 })
    expect(written).toMatchObject([{ action: 'pairing.approved', detail: 'laptop' }])
    expect(JSON.stringify(written)).not.toMatch(/cf_/)
  })

  test('gets one key also where it asks many times at once', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    await approve(server, started)
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(server, started)))
    expect(answers.filter(({ http }) => http === 200)).toHaveLength(1)
    expect(await keysMade(server)).toBe(1)
  })

  test('is told to slow down when it asks too often, and still gets its key', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    const errors: unknown[] = []
    for (const wait_ms of [0, 1999, 6999, 12_000, 11_999]) {
      server.wait(wait_ms)
      errors.push((await poll(server, started))['error'])
    }
    expect(errors).toEqual(['authorization_pending', 'slow_down', 'slow_down', 'authorization_pending', 'slow_down'])
    await approve(server, started)
    expect((await poll(server, started)).http).toBe(200)
  })

  test('is known again by its id, and its key of before ends an hour after the new one is used', async () => {
    const server = await aPairingServer()
    const get = async () => {
      const started = await start(server)
      await approve(server, started)
      return (await poll(server, started))['access_token'] as string
    }
    const first = await get()
    const sync = aBatch([], { machine: { id: 'machine-2', hostname: 'laptop' } })
    expect((await admin(server, 'POST', '/v1/sync', sync, first)).http).toBe(200)
    const started = await start(server, { hostname: 'laptop-renamed' })
    const found = await admin(server, 'POST', '/v1/pairings/find', { code: started.user_code })
    expect(found).toMatchObject({ known_as: 'laptop', hostname: 'laptop-renamed' })
    await approve(server, started)
    const second = (await poll(server, started))['access_token'] as string
    expect((await admin(server, 'GET', '/v1/key', undefined, second)).http).toBe(200)
    server.wait(3_599_999)
    expect((await admin(server, 'GET', '/v1/key', undefined, first)).http).toBe(200)
    server.wait(1)
    expect((await admin(server, 'GET', '/v1/key', undefined, first)).http).toBe(401)
  })

  test('becomes one of the owner who let it in', async () => {
    const server = await aPairingServer()
    const other = await aKey(server, 'admin', { owner: 2 })
    const started = await start(server)
    const { id } = await admin(server, 'POST', '/v1/pairings/find', { code: started.user_code }, other)
    await admin(server, 'POST', `/v1/pairings/${String(id)}/approve`, { number: started.match }, other)
    const key = (await poll(server, started))['access_token'] as string
    const row = await server.options.db
      .selectFrom('api_key')
      .select('owner')
      .where('id', '=', parseKey(key)?.id ?? '')
      .executeTakeFirst()
    expect(row).toEqual({ owner: 2 })
  })

  test('is sent to the address under which it reached the server', async () => {
    const server = await aPairingServer({ isTrustedProxy: trustedProxies('192.0.2.9', 'test') })
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'forge.example.org' }
    const answer = await form(server, '/v1/auth/device', LAPTOP, { headers })
    expect(answer['verification_uri']).toBe('https://forge.example.org/pair')
  })
})

describe('no key is handed out', () => {
  test('for a wrong number: the request is turned down', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    const wrong = started.match === '99' ? '98' : '99'
    expect(await approve(server, started, wrong)).toMatchObject({ http: 400, hint: /forge login/ })
    expect(await poll(server, started)).toMatchObject({ error: 'access_denied' })
    expect(await admin(server, 'POST', '/v1/pairings/find', { code: started.user_code })).toMatchObject({ http: 404 })
    expect(await keysMade(server)).toBe(0)
  })

  test('for a request that was turned down, or that nobody approved in 15 minutes', async () => {
    const server = await aPairingServer()
    const denied = await start(server)
    const id = await find(server, denied)
    expect(await admin(server, 'POST', `/v1/pairings/${id}/deny`, {})).toMatchObject({ http: 200, status: 'denied' })
    expect(await poll(server, denied)).toMatchObject({ error: 'access_denied' })
    expect((await admin(server, 'POST', `/v1/pairings/${id}/approve`, { number: denied.match })).http).toBe(404)

    const late = await start(server)
    const lateId = await find(server, late)
    server.wait(900_000)
    expect((await admin(server, 'POST', `/v1/pairings/${lateId}/approve`, { number: late.match })).http).toBe(404)
    expect(await poll(server, late)).toMatchObject({ error: 'expired_token' })

    const tooLate = await start(server)
    await approve(server, tooLate)
    server.wait(900_000)
    expect(await poll(server, tooLate)).toMatchObject({ error: 'expired_token' })
    expect(await keysMade(server)).toBe(0)
  })

  test('for another code, another grant, or no form', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    await approve(server, started)
    expect(await poll(server, { device_code: 'x'.repeat(43) })).toMatchObject({ error: 'invalid_grant' })
    expect(await poll(server, { device_code: started.user_code })).toMatchObject({ error: 'invalid_grant' })
    const fields = { grant_type: 'password', device_code: started.device_code }
    expect(await form(server, '/v1/auth/token', fields)).toMatchObject({ error: 'unsupported_grant_type' })
    expect(await form(server, '/v1/auth/token', {})).toMatchObject({ error: 'invalid_request' })
    const json = server.app.request('/v1/auth/token', { method: 'POST', body: JSON.stringify(fields) })
    expect(await read(json)).toMatchObject({ http: 400, error: 'invalid_request' })
    expect(await keysMade(server)).toBe(0)
  })
})

describe('a code', () => {
  test('may be typed in any case, with or without the dash', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    const plain = started.user_code.replace('-', '')
    for (const code of [
      plain,
      plain.toLowerCase(),
      ` ${started.user_code.toLowerCase()} `,
      plain.replace(/^(....)/, '$1 – '),
    ]) {
      expect((await admin(server, 'POST', '/v1/pairings/find', { code })).http).toBe(200)
    }
  })

  test('that is wrong five times in a minute closes the address, also for the right one', async () => {
    const server = await aPairingServer()
    const started = await start(server)
    for (const code of ['BBBB-BBBB', 'x', '', 'AEIO-UAEI', '1234-5678']) {
      expect((await admin(server, 'POST', '/v1/pairings/find', { code })).http).toBe(404)
    }
    expect((await admin(server, 'POST', '/v1/pairings/find', { code: started.user_code })).http).toBe(429)
  })
})

describe('an invite', () => {
  const redeem = (server: TestServer, code: string, from = '192.0.2.9') =>
    read(
      server.app.request(
        '/v1/invites/redeem',
        { method: 'POST', body: JSON.stringify({ code, ...LAPTOP }) },
        { incoming: { socket: { remoteAddress: from } } },
      ),
    )

  test('lets one machine in, once, within 15 minutes', async () => {
    const server = await aPairingServer()
    const invite = await admin(server, 'POST', '/v1/invites', { label: 'laptop' })
    const code = invite['code'] as string
    expect(JSON.stringify(await server.options.db.selectFrom('invite').selectAll().execute())).not.toContain(code)
    const given = await redeem(server, code.toLowerCase())
    expect(given).toMatchObject({ http: 200, scope: 'ingest read' })
    const key = given['access_token'] as string
    expect(await admin(server, 'GET', '/v1/key', undefined, key)).toMatchObject({
      kind: 'machine',
      machine: 'machine-2',
    })
    expect(await redeem(server, code)).toMatchObject({ http: 401, hint: /forge invite/ })

    const late = await admin(server, 'POST', '/v1/invites', {})
    server.wait(900_000)
    expect((await redeem(server, late['code'] as string)).http).toBe(401)
    expect(await keysMade(server)).toBe(1)
  })

  test('that many machines use at once lets one in', async () => {
    const server = await aPairingServer()
    const { code } = await admin(server, 'POST', '/v1/invites', {})
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => redeem(server, code as string, `198.51.100.${i}`)),
    )
    expect(answers.filter(({ http }) => http === 200)).toHaveLength(1)
    expect(await keysMade(server)).toBe(1)
  })

  test('is not found by 10,000 guesses, of which a hundred are looked at', async () => {
    const server = await aPairingServer()
    const { code } = await admin(server, 'POST', '/v1/invites', {})
    const statuses: Record<number, number> = {}
    for (let i = 0; i < 10_000; i++) {
      const guess = Array.from(randomBytes(8), (byte) => CODE_LETTERS[byte % 20]).join('')
      const { http } = await redeem(server, guess, `198.51.${i >> 8}.${i & 255}`)
      statuses[http] = (statuses[http] ?? 0) + 1
    }
    expect(statuses).toEqual({ 401: 100, 429: 9900 })
    // Who guesses with everyone else learns nothing, either.
    expect((await redeem(server, code as string, '203.0.113.1')).http).toBe(429)
    expect(await keysMade(server)).toBe(0)
  })

  test('is not found from one address by more than five guesses a minute', async () => {
    const server = await aPairingServer()
    const { code } = await admin(server, 'POST', '/v1/invites', {})
    for (let i = 0; i < 5; i++) expect((await redeem(server, 'BBBB-BBBB')).http).toBe(401)
    expect((await redeem(server, code as string)).http).toBe(429)
    expect((await redeem(server, code as string, '198.51.100.1')).http).toBe(200)
  })
})

test('who asks again and again does not hide the others', async () => {
  const server = await aPairingServer()
  const ask = (from: string) => form(server, '/v1/auth/device', LAPTOP, { from })
  for (let i = 0; i < 10; i++) expect((await ask('192.0.2.1')).http).toBe(200)
  expect((await ask('192.0.2.1')).http).toBe(429)
  for (let i = 0; i < 90; i++) expect((await ask(`198.51.100.${i}`)).http).toBe(200)
  expect(await ask('203.0.113.1')).toMatchObject({ http: 429, hint: /forge invite/ })
  server.wait(900_000)
  expect((await ask('203.0.113.1')).http).toBe(200)
})

test.each([
  ['without a name', { hostname: ' ' }],
  ['with a name that draws on a terminal', { hostname: 'laptop\u001b[2J' }],
  ['without an id', { machine: '' }],
  ['with an endless system', { system: 'x'.repeat(101) }],
])('a machine %s is not listened to', async (_, given) => {
  const server = await aPairingServer()
  expect(await form(server, '/v1/auth/device', { ...LAPTOP, ...given })).toMatchObject({ http: 400 })
  expect((await admin(server, 'GET', '/v1/pairings'))['pairings']).toEqual([])
})
