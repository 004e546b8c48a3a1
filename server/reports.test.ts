import { expect, test } from 'vitest'
import { reportPath } from '../api/paths.ts'
import { type ReportName, reportSpecs } from '../core/report-specs.ts'
import { aBatch, anEvent, aServer, eventId, TEST_NOW, type TestServer } from './testing.ts'

/** What the original's API promised, name by name. */
const ORIGINAL_FIELDS = {
  daily: [
    'date',
    'total_tokens',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_creation_tokens',
    'message_count',
    'session_count',
    'tool_call_count',
    'machines',
  ],
  totals: ['total_tokens', 'total_messages', 'total_sessions', 'machine_count', 'first_activity', 'last_activity'],
  machines: ['hostname', 'first_seen', 'last_sync', 'is_active'],
  models: ['model', 'total_tokens', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'],
} as const

async function aServerWithEvents(): Promise<TestServer> {
  const server = await aServer()
  await server.sync(
    aBatch([
      anEvent({ id: eventId(1) }),
      anEvent({
        id: eventId(2),
        kind: 'prompt',
        input_tokens: 0,
        output_tokens: 0,
        cache_read_tokens: 0,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        tool_calls: 0,
      }),
    ]),
  )
  return server
}

test('every report of the table has its route, and its answer is as the table says', async () => {
  const server = await aServerWithEvents()
  for (const name of Object.keys(reportSpecs) as ReportName[]) {
    const answer = await server.get(`${reportPath(name)}${name === 'hashes' ? '?date=2026-11-20' : ''}`)
    expect(reportSpecs[name].answer.parse(answer)).toEqual(answer)
  }
})

test('parameters that do not go together are refused, and said in a sentence', async () => {
  const server = await aServerWithEvents()
  const response = await server.request('GET', '/v1/stats/hashes')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    detail: 'The query is not valid: either `machine` or `date` is needed, and not both.',
  })
})

test('the fields of the original API are there', async () => {
  const server = await aServerWithEvents()
  const rows = {
    daily: (await server.get<{ days: object[] }>('/v1/stats/daily')).days[0],
    totals: await server.get<object>('/v1/stats/totals'),
    machines: (await server.get<{ machines: object[] }>('/v1/stats/machines')).machines[0],
    models: (await server.get<{ models: object[] }>('/v1/stats/models')).models[0],
  }
  for (const [name, fields] of Object.entries(ORIGINAL_FIELDS)) {
    expect(Object.keys(rows[name as keyof typeof rows] as object)).toEqual(expect.arrayContaining([...fields]))
  }
})

test('what was sent comes back, counted once', async () => {
  const server = await aServerWithEvents()
  const date = '2026-11-20'
  const tokens = {
    total_tokens: 20_853,
    input_tokens: 3,
    output_tokens: 700,
    cache_read_tokens: 20_000,
    cache_creation_tokens: 150,
  }
  expect(await server.get('/v1/stats/daily')).toMatchObject({
    days: [{ date, ...tokens, message_count: 2, session_count: 1, tool_call_count: 1, machines: ['studio'] }],
  })
  expect(await server.get('/v1/stats/totals')).toMatchObject({
    total_tokens: 20_853,
    total_messages: 2,
    total_sessions: 1,
    machine_count: 1,
    first_activity: date,
    last_activity: date,
  })
  expect(await server.get('/v1/stats/models')).toMatchObject({ models: [{ model: 'claude-opus-4-8', ...tokens }] })
  const now = new Date(TEST_NOW).toISOString()
  expect(await server.get('/v1/stats/machines')).toMatchObject({
    machines: [{ hostname: 'studio', first_seen: now, last_sync: now, is_active: true, machine: 'machine-1' }],
  })
  expect(await server.get('/v1/stats/usage?by=project')).toMatchObject({
    rows: [{ date, group: 'project-1', ...tokens, response_count: 1 }],
  })
})
