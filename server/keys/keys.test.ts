import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyRow } from '../../api/keys.ts'
import { parseKey } from '../../api/key-text.ts'
import { KEY_HEADER } from '../../api/paths.ts'
import { deeds } from '../../store/audit.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { aKey, aServer, TEST_KEY, TEST_NOW, type TestServer } from '../testing.ts'

const DAY = 86_400_000

function aKeyServer(): Promise<TestServer> {
  return aServer({ randomBytes: (count) => randomBytes(count) })
}

/** What a request with a key is answered. */
async function ask(
  server: TestServer,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown> & { http: number }> {
  const answer = await server.request(method, path, body, { [KEY_HEADER]: key })
  return { http: answer.status, ...((await answer.json()) as object) }
}

function idOf(key: string): string {
  return parseKey(key)?.id ?? ''
}

async function listed(server: TestServer): Promise<KeyRow[]> {
  return (await server.get<{ keys: KeyRow[] }>('/v1/keys')).keys
}

describe('a key that is made', () => {
  test('is shown once, does what its kind may, and is listed without itself', async () => {
    const server = await aKeyServer()
    const made = await ask(server, TEST_KEY, 'POST', '/v1/keys', { kind: 'read', label: 'status bar' })
    expect(made).toMatchObject({ http: 200, kind: 'read', scopes: ['read'], label: 'status bar', is_valid: true })
    const key = made['key'] as string
    expect([idOf(key), (await ask(server, key, 'GET', '/v1/stats/totals')).http]).toEqual([made['id'], 200])
    expect((await ask(server, key, 'POST', '/v1/sync', {})).http).toBe(403)
    const text = JSON.stringify(await listed(server))
    expect(text).toContain(idOf(key))
    expect(text).not.toContain(parseKey(key)?.secret)
  })

  test('takes nothing but what it needs', async () => {
    const server = await aKeyServer()
    for (const body of [
      {},
      { kind: 'root' },
      { kind: 'read', owner: 2 },
      { kind: 'read', scopes: ['admin'] },
      { kind: 'read', label: 'x'.repeat(201) },
      { kind: 'read', label: 'status\u001b[2J' },
      { kind: 'read', expires_in_days: 0 },
    ]) {
      expect((await ask(server, TEST_KEY, 'POST', '/v1/keys', body)).http).toBe(400)
    }
    expect(await listed(server)).toEqual([])
  })

  test('ends when it was said to', async () => {
    const server = await aKeyServer()
    const made = await ask(server, TEST_KEY, 'POST', '/v1/keys', { kind: 'read', expires_in_days: 30 })
    const key = made['key'] as string
    server.wait(30 * DAY - 1)
    expect((await ask(server, key, 'GET', '/v1/key')).http).toBe(200)
    server.wait(1)
    expect(await ask(server, key, 'GET', '/v1/key')).toMatchObject({
      http: 401,
      reason: 'expired',
      since: new Date(TEST_NOW + 30 * DAY).toISOString(),
    })
    expect(await listed(server)).toMatchObject([{ is_valid: false, revoked_at: null }])
  })

  test('is noted as used once a minute, with from where', async () => {
    const server = await aKeyServer()
    const key = await aKey(server, 'read')
    const from = (remoteAddress: string) =>
      server.app.request('/v1/key', { headers: { [KEY_HEADER]: key } }, { incoming: { socket: { remoteAddress } } })
    expect(await listed(server)).toMatchObject([{ last_used: null, last_used_from: '' }])
    await from('192.0.2.1')
    server.wait(59_999)
    await from('192.0.2.2')
    expect(await listed(server)).toMatchObject([
      { last_used: new Date(TEST_NOW).toISOString(), last_used_from: '192.0.2.1' },
    ])
    server.wait(1)
    await from('192.0.2.2')
    expect(await listed(server)).toMatchObject([{ last_used_from: '192.0.2.2' }])
  })
})

describe('a key that is revoked', () => {
  test('stops with the next request and says so, signs out its browsers, and stays revoked', async () => {
    const server = await aKeyServer()
    const key = await aKey(server, 'admin')
    const page = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' }
    const signedIn = await server.app.request('/v1/session', {
      method: 'POST',
      headers: page,
      body: JSON.stringify({ api_key: key }),
    })
    const Cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? ''
    for (let i = 0; i < 2; i++) {
      expect(await ask(server, TEST_KEY, 'DELETE', `/v1/keys/${idOf(key)}`)).toEqual({
        http: 200,
        id: idOf(key),
        status: 'revoked',
      })
      server.wait(1000)
    }
    expect(await ask(server, key, 'GET', '/v1/key')).toMatchObject({
      http: 401,
      code: 'unauthenticated',
      detail: 'This key was revoked on 2026-11-20 12:00 UTC.',
      reason: 'revoked',
      since: new Date(TEST_NOW).toISOString(),
    })
    const session = await server.app.request('/v1/session', { headers: { ...page, Cookie } })
    expect(await session.json()).toMatchObject({ signed_in: false })
    expect(await server.options.db.selectFrom('sign_in').select('id').execute()).toEqual([])
  })

  test('is not taken for a guess: it blocks nobody’s address', async () => {
    const server = await aKeyServer()
    const key = await aKey(server, 'machine')
    await ask(server, TEST_KEY, 'DELETE', `/v1/keys/${idOf(key)}`)
    for (let i = 0; i < 30; i++) expect((await ask(server, key, 'GET', '/v1/key')).http).toBe(401)
    expect((await ask(server, TEST_KEY, 'GET', '/v1/keys')).http).toBe(200)
  })

  test('can be its own: what a machine does that signs out', async () => {
    const server = await aKeyServer()
    const key = await aKey(server, 'ingest')
    expect(await ask(server, key, 'DELETE', '/v1/key')).toMatchObject({ http: 200, status: 'revoked' })
    expect((await ask(server, key, 'DELETE', '/v1/key')).http).toBe(401)
  })

  test('must be there, and be one’s own', async () => {
    const server = await aKeyServer()
    const other = await aKey(server, 'admin', { owner: 2 })
    const mine = await aKey(server, 'admin')
    for (const [key, id] of [
      [TEST_KEY, 'nothing'],
      [other, idOf(mine)],
      [mine, idOf(other)],
    ] as const) {
      expect(await ask(server, key, 'DELETE', `/v1/keys/${id}`)).toMatchObject({ http: 404, code: 'not-found' })
      expect((await ask(server, key, 'POST', `/v1/keys/${id}/rotate`, {})).http).toBe(404)
    }
    expect(await listed(server)).toMatchObject([{ id: idOf(mine), is_valid: true }])
  })
})

describe('a key that is rotated', () => {
  test('holds until the new one is used, and a day longer', async () => {
    const server = await aKeyServer()
    const old = await aKey(server, 'machine', { machine: 'machine-1', label: 'studio' })
    const { key: fresh, ...row } = (await ask(server, old, 'POST', '/v1/key/rotate', {})) as {
      key: string
      http: number
    }
    expect(row).toMatchObject({ http: 200, kind: 'machine', machine: 'machine-1', label: 'studio' })
    server.wait(40 * DAY)
    expect((await ask(server, old, 'GET', '/v1/key')).http).toBe(200)
    expect((await ask(server, fresh, 'GET', '/v1/key')).http).toBe(200)
    server.wait(DAY - 1)
    expect((await ask(server, fresh, 'GET', '/v1/key')).http).toBe(200)
    expect((await ask(server, old, 'GET', '/v1/key')).http).toBe(200)
    server.wait(1)
    expect((await ask(server, old, 'GET', '/v1/key')).http).toBe(401)
    expect((await ask(server, fresh, 'GET', '/v1/key')).http).toBe(200)
  })

  test('at once ends with the first use of the new one', async () => {
    const server = await aKeyServer()
    const old = await aKey(server, 'read')
    const path = `/v1/keys/${idOf(old)}/rotate`
    const { key: fresh } = (await ask(server, TEST_KEY, 'POST', path, { grace_s: 0 })) as unknown as { key: string }
    expect((await ask(server, old, 'GET', '/v1/key')).http).toBe(200)
    expect((await ask(server, fresh, 'GET', '/v1/key')).http).toBe(200)
    expect((await ask(server, old, 'GET', '/v1/key')).http).toBe(401)
    expect(await ask(server, TEST_KEY, 'POST', path, {})).toMatchObject({ http: 400, hint: /POST \/v1\/keys/ })
  })

  test('does not outlive what it replaces, where that was to end', async () => {
    const server = await aKeyServer()
    const old = await aKey(server, 'read', { expires_at: TEST_NOW + 2 * DAY })
    const { key: fresh } = (await ask(server, old, 'POST', '/v1/key/rotate', {})) as unknown as { key: string }
    server.wait(2 * DAY)
    expect((await ask(server, fresh, 'GET', '/v1/key')).http).toBe(401)
  })
})

test('the operator’s key is changed in the server’s environment, not here', async () => {
  const server = await aKeyServer()
  for (const [method, path] of [
    ['GET', '/v1/key'],
    ['DELETE', '/v1/key'],
    ['POST', '/v1/key/rotate'],
  ] as const) {
    expect(await ask(server, TEST_KEY, method, path, method === 'POST' ? {} : undefined)).toMatchObject({
      http: 404,
      hint: /FORGE_API_KEY/,
    })
  }
})

test('what is done with keys is written down, without keys, and forgotten after 180 days', async () => {
  const server = await aKeyServer()
  const made = await ask(server, TEST_KEY, 'POST', '/v1/keys', { kind: 'admin', label: 'desk' })
  const key = made['key'] as string
  await ask(server, key, 'POST', `/v1/keys/${idOf(key)}/rotate`, {})
  await ask(server, key, 'DELETE', `/v1/keys/${idOf(key)}`)
  const { db } = server.options
  const written = await deeds(db, ONLY_OWNER, { limit: 10 })
  expect(written.map(({ action, subject, actor }) => [action, subject, actor.split(' ')[0]])).toEqual([
    ['key.revoked', idOf(key), 'key'],
    ['key.rotated', idOf(key), 'key'],
    ['key.made', idOf(key), 'key'],
  ])
  expect(JSON.stringify(written)).not.toContain(parseKey(key)?.secret)
  server.wait(181 * DAY)
  await ask(server, TEST_KEY, 'POST', '/v1/keys', { kind: 'read' })
  expect(await deeds(db, ONLY_OWNER, { limit: 10 })).toHaveLength(1)
})
