import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ledgerMigrations } from '../store/migrations/ledger.ts'
import { testEngine } from '../store/testing.ts'
import { createApp } from './app.ts'
import { answering } from './routes.ts'
import type { Route } from './route.ts'
import { aBatch, anEvent, aServer, eventId, TEST_KEY, type TestServer } from './testing.ts'

/** How PostgreSQL fails is tested with a PostgreSQL that is stopped, full or read-only: test/postgres.test.ts. */
function onSqlite(name: string, run: () => Promise<void>): void {
  if (testEngine === 'sqlite') test(name, run)
}

/** A server with one route more, which does this. */
async function serverWith(handle: () => Promise<object>): Promise<TestServer> {
  const server = await aServer()
  const broken: Route = {
    method: 'GET',
    path: '/test',
    policy: 'open',
    endpoint: { name: 'test', summary: '', handle },
  }
  const { admit, routes } = answering(server.options)
  return { ...server, app: createApp(server.options, { admit, routes: [...routes, broken] }) }
}

function logged({ log }: TestServer): Record<string, unknown>[] {
  return log.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('routes', () => {
  test('without a policy are not mounted', async () => {
    const { options } = await aServer()
    const { admit, routes } = answering(options)
    for (const policy of [undefined, '', 'anyone', '__proto__', 'toString']) {
      const careless = [{ ...routes[0], policy }] as unknown as Route[]
      expect(() => createApp(options, { admit, routes: careless })).toThrow('GET /health states no policy')
    }
  })

  test.each(['/', '/v1', '/v1/', '/health/', '/v1/stats/nothing', '/v1/stats/daily/x', '/../etc/passwd', '/%00'])(
    'there is nothing at %s',
    async (path) => {
      const server = await aServer()
      const answer = await server.request('GET', path)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ code: 'not-found', status: 404 })
    },
  )

  test.each([
    ['POST', '/health', 'GET, HEAD'],
    ['GET', '/v1/sync', 'POST'],
    ['HEAD', '/v1/sync', 'POST'],
    ['OPTIONS', '/v1/sync', 'POST'],
    ['DELETE', '/v1/stats/daily', 'GET, HEAD'],
    ['GET', '/v1/machines/nas', 'DELETE'],
    ['PUT', '/v1/machines/nas/reactivate', 'POST'],
    ['QUERY', '/v1/stats/totals', 'GET, HEAD'],
  ])('%s %s is not possible, and what is stands in Allow', async (method, path, allow) => {
    const server = await aServer()
    const answer = await server.request(method, path)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('Allow')).toBe(allow)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    if (method !== 'HEAD')
      expect(await answer.json()).toMatchObject({ status: 405, detail: `This path has no ${method}.` })
  })

  test('answer HEAD as GET, without a body', async () => {
    const server = await aServer()
    const answer = await server.request('HEAD', '/v1/stats/totals')
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  test('every answer says that it is data', async () => {
    const server = await serverWith(() => Promise.reject(new Error('a bug')))
    const asked = ['/health', '/v1/stats/totals', '/v1/nothing', '/v1/sync', '/test']
    for (const path of asked) {
      const answer = await server.app.request(path)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
    }
  })
})

describe('a query', () => {
  test.each([
    ['days=abc', 'days'],
    ['days=', 'days'],
    ['days=0', 'days'],
    ['days=-3', 'days'],
    ['days=1.5', 'days'],
    ['days=1e2', 'days'],
    ['days=0x10', 'days'],
    ['days=99999', 'days'],
    ['days=7&days=8', 'days'],
    ['from=2026-02-30', 'from'],
    ['from=2026-11-10&to=yesterday', 'to'],
    ['tz=Mars/Olympus', 'tz'],
    ['day=7', 'day'],
    ['__proto__=7', '__proto__'],
    ['hostname=nas&days=7', 'hostname'],
  ])('“%s” is refused, and says why', async (query, parameter) => {
    const server = await aServer()
    const answer = await server.request('GET', `/v1/stats/daily?${query}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid-request', errors: [{ parameter }] })
  })

  test('that ends before it starts is refused', async () => {
    const server = await aServer()
    const answer = await server.request('GET', '/v1/stats/daily?from=2026-11-10&to=2026-11-09')
    expect(await answer.json()).toMatchObject({ status: 400, detail: /ends .* before it starts/ })
  })

  test('may name its days, its zone and its grouping', async () => {
    const server = await aServer()
    expect(await server.get('/v1/stats/daily?days=7&to=2026-11-10&tz=Europe%2FBerlin')).toMatchObject({
      from: '2026-11-04',
      to: '2026-11-10',
      tz: 'Europe/Berlin',
      days: [],
    })
    expect(await server.get('/v1/stats/usage?by=machine')).toMatchObject({ by: 'machine', tz: 'UTC', to: '2026-11-20' })
  })

  test('that names no zone means the server’s', async () => {
    const server = await aServer({ tz: 'Pacific/Kiritimati' })
    expect(await server.get('/v1/stats/daily?days=1')).toMatchObject({ tz: 'Pacific/Kiritimati', to: '2026-11-21' })
  })
})

describe('failures', () => {
  test('a bug is answered with a request id and nothing else; the log has the rest under that id', async () => {
    const server = await serverWith(() => Promise.reject(new Error('secret detail in /srv/usage.db')))
    const answer = await server.app.request('/test')
    expect(answer.status).toBe(500)
    const text = await answer.text()
    expect(text).not.toMatch(/secret detail|usage\.db|\.ts/)
    const { request_id, code } = JSON.parse(text) as { request_id: string; code: string }
    expect(code).toBe('internal')
    expect(request_id).toMatch(/^[0-9a-f]{16}$/)
    expect(logged(server)).toMatchObject([
      { level: 'error', id: request_id, route: '/test', status: 500, error: expect.stringContaining('secret detail') },
    ])
  })

  onSqlite('a full disk is said, nothing is acknowledged, and all works again when there is space', async () => {
    const server = await aServer()
    const { db } = server.options
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql.raw(`pragma max_page_count = ${rows[0]?.page_count}`).execute(db)
    const events = Array.from({ length: 1000 }, (_, n) => anEvent({ id: eventId(n), session: `session-${n}` }))
    const answer = await server.request('POST', '/v1/sync', aBatch(events))
    expect(answer.status).toBe(507)
    expect(await answer.json()).toMatchObject({ code: 'storage', detail: /disk is full.*Nothing was lost/ })
    expect(await server.get('/v1/stats/totals')).toMatchObject({ total_tokens: 0, machine_count: 0 })
    await sql`pragma max_page_count = 100000`.execute(db)
    expect(await server.sync(aBatch(events))).toMatchObject({ stored: 1000 })
  })

  onSqlite('a ledger that something else is writing is busy, for a while', async () => {
    const server = await aServer()
    const { db } = server.options
    const { rows } = await sql<{ file: string }>`pragma database_list`.execute(db)
    await sql`pragma busy_timeout = 50`.execute(db)
    const other = new DatabaseSync((rows[0] as { file: string }).file)
    other.exec('begin immediate')
    const answer = await server.request('POST', '/v1/sync', aBatch([anEvent()]))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
    other.exec('rollback')
    other.close()
    expect(await server.sync(aBatch([anEvent()]))).toMatchObject({ stored: 1 })
  })

  test('a server whose database does not answer is not healthy', async () => {
    const server = await aServer()
    expect(await server.get('/health')).toEqual({
      status: 'healthy',
      database: 'connected',
      server: 'server-1',
      schema_version: ledgerMigrations.migrations.length,
      version: '1.2.3',
    })
    await server.options.db.destroy()
    const answer = await server.request('GET', '/health')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(await answer.json()).toMatchObject({ code: 'unavailable', detail: 'The database does not answer.' })
  })
})

describe('the log', () => {
  test('has one line for each request, with the pattern of its route', async () => {
    const server = await aServer()
    await server.sync(aBatch([anEvent()]))
    await server.request('DELETE', '/v1/machines/studio')
    await server.request('GET', '/v1/nothing?x=1')
    expect(logged(server)).toMatchObject([
      { level: 'info', method: 'POST', route: '/v1/sync', status: 200, ms: 0, time: '2026-11-20T12:00:00.000Z' },
      { level: 'info', method: 'DELETE', route: '/v1/machines/{hostname}', status: 200 },
      { level: 'info', method: 'GET', route: 'none', status: 404, code: 'not-found' },
    ])
    const [first] = logged(server)
    expect(Object.keys(first as object).sort()).toEqual([
      'id',
      'level',
      'method',
      'ms',
      'msg',
      'route',
      'status',
      'time',
    ])
  })

  test('holds no key, body, header or query, whatever goes wrong', async () => {
    const server = await serverWith(() => Promise.reject(new Error('a bug')))
    const canary = 'canary7c1f'
    const headers = {
      'User-Agent': canary,
      Cookie: canary,
      Authorization: `Bearer ${canary}`,
      'X-Forwarded-For': canary,
    }
    const batch = aBatch([anEvent({ model: canary, session: canary, project: canary })])
    const bodies = [
      batch,
      { ...batch, machine: { id: canary, hostname: `${canary}\u0000` } },
      { protocol_version: canary },
      { protocol_version: 1, hostname: canary, daily_activity: [{ date: canary }] },
      canary,
    ]
    for (const body of bodies) {
      await server.request('POST', '/v1/sync', body, headers)
      await server.request('POST', '/v1/sync', body, { ...headers, 'Content-Encoding': 'gzip' })
      await server.request('POST', '/v1/sync', body, { ...headers, 'Content-Encoding': canary })
    }
    await server.request('GET', `/v1/stats/daily?${canary}=${canary}`)
    await server.request('GET', `/v1/stats/daily?tz=${canary}`)
    await server.request('GET', `/${canary}`)
    await server.request('DELETE', `/v1/machines/${canary}?hard=${canary}`)
    await server.request('DELETE', `/v1/machines/${canary}`)
    await server.app.request(`/test?${canary}`, { headers })
    for (let i = 0; i < 12; i++)
      await server.app.request('/v1/sync', { headers: { 'X-API-Key': `${canary}-${i}` }, method: 'POST' })
    await server.options.db.destroy()
    await server.request('POST', '/v1/sync', batch, headers)
    const log = server.log.join('')
    expect(server.log.length).toBeGreaterThan(30)
    expect(log).toContain('"status":500')
    expect(log).not.toContain(canary)
    expect(log).not.toContain(TEST_KEY)
  })
})
