import { describe, expect, test } from 'vitest'
import { syncAnswer2 } from '../api/contract.ts'
import { EVENT_FIELDS } from '../core/usage-event.ts'
import { aBatch, anEvent, aServer, eventId, TEST_NOW, type TestServer } from './testing.ts'

const three = [1, 2, 3].map((n) => anEvent({ id: eventId(n), output_tokens: n * 100 }))

async function outputTokens(server: TestServer): Promise<unknown> {
  const { models } = await server.get<{ models: { output_tokens: number }[] }>('/v1/stats/models')
  return models.reduce((sum, row) => sum + row.output_tokens, 0)
}

async function refusal(server: TestServer, body: unknown): Promise<Record<string, unknown>> {
  const answer = await server.request('POST', '/v1/sync', body)
  return { http: answer.status, ...((await answer.json()) as object) }
}

describe('a batch of protocol 2', () => {
  test('is stored and acknowledged', async () => {
    const server = await aServer()
    const answer = await server.sync(aBatch(three))
    expect(answer).toEqual({
      protocol_version: 2,
      acknowledged: 3,
      stored: 3,
      unchanged: 0,
      rejected: [],
      ignored_columns: 0,
    })
    expect(syncAnswer2.parse(answer)).toEqual(answer)
    expect(await outputTokens(server)).toBe(600)
  })

  test('is acknowledged in a few bytes, which are not compressed', async () => {
    const { request } = await aServer()
    const answer = await request('POST', '/v1/sync', aBatch([anEvent()]), { 'Accept-Encoding': 'gzip' })
    expect(answer.headers.get('Content-Encoding')).toBeNull()
    expect(Number(answer.headers.get('Content-Length'))).toBe((await answer.text()).length)
  })

  test('that comes twice changes nothing', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    expect(await server.sync(aBatch(three))).toMatchObject({ acknowledged: 3, stored: 0, unchanged: 3 })
    expect(await outputTokens(server)).toBe(600)
  })

  test('whose acknowledgement was lost may come again with more behind it', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    const longer = [...three, anEvent({ id: eventId(4), output_tokens: 400 })]
    expect(await server.sync(aBatch(longer))).toMatchObject({ acknowledged: 4, stored: 1, unchanged: 3 })
    expect(await server.sync(aBatch([], { after: 4, up_to: 4 }))).toMatchObject({ acknowledged: 4, stored: 0 })
    expect(await outputTokens(server)).toBe(1000)
  })

  test('with an event that has grown replaces what was known of it', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    const grown = anEvent({ id: eventId(1), output_tokens: 150 })
    expect(await server.sync(aBatch([grown], { after: 3 }))).toMatchObject({ stored: 1, unchanged: 0 })
    expect(await outputTokens(server)).toBe(650)
  })

  test('that is late does not take the position back', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    await server.sync(aBatch([anEvent({ id: eventId(4) })], { after: 3 }))
    expect(await server.sync(aBatch(three))).toMatchObject({ acknowledged: 3, unchanged: 3 })
    expect(await server.sync(aBatch([], { after: 4, up_to: 5 }))).toMatchObject({ acknowledged: 5 })
  })

  test('that starts after what was received is told where to go on from, and nothing of it is kept', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    const ahead = aBatch([anEvent({ id: eventId(9) })], { after: 7 })
    expect(await refusal(server, ahead)).toMatchObject({ http: 409, code: 'position-mismatch', expected: 3 })
    expect(await outputTokens(server)).toBe(600)
  })

  test('of a ledger or a machine that is new here starts at position 0', async () => {
    const server = await aServer()
    await server.sync(aBatch(three))
    expect(await refusal(server, aBatch([], { after: 3, ledger: 'ledger-2' }))).toMatchObject({
      http: 409,
      expected: 0,
    })
    const other = aBatch([], { after: 3, machine: { id: 'machine-2', hostname: 'laptop' } })
    expect(await refusal(server, other)).toMatchObject({ http: 409, expected: 0 })
    // What was refused is not known either.
    expect(await server.get('/v1/stats/machines')).toMatchObject({ machines: [{ hostname: 'studio' }] })
  })

  test('with one invalid row keeps the others and names the invalid one', async () => {
    const server = await aServer()
    const batch = aBatch(three)
    const rows = batch.events.rows.map((row) => [...row])
    const output = EVENT_FIELDS.indexOf('output_tokens')
    for (const [i, value] of [
      [0, -1],
      [2, 1.5],
    ] as const)
      (rows[i] as unknown[])[output] = value
    rows.push([], ['x'])
    expect(await server.sync({ ...batch, events: { ...batch.events, rows } })).toMatchObject({
      acknowledged: 3,
      stored: 1,
      rejected: [
        { index: 0, code: 'invalid-count' },
        { index: 2, code: 'invalid-count' },
        { index: 3, code: 'invalid-id' },
        { index: 4, code: 'invalid-id' },
      ],
    })
    expect(await outputTokens(server)).toBe(200)
  })

  test('of a newer version may have columns and fields that are not known here', async () => {
    const server = await aServer()
    const batch = aBatch(three)
    const fields = ['mood', ...batch.events.fields, 'colour']
    const rows = batch.events.rows.map((row) => ['fine', ...row, null])
    const newer = { ...batch, weather: { sun: true }, events: { fields, rows, note: 'x' } }
    expect(await server.sync(newer)).toMatchObject({ stored: 3, rejected: [], ignored_columns: 2 })
    expect(await outputTokens(server)).toBe(600)
  })

  test('carries day figures, which stay apart from events', async () => {
    const server = await aServer()
    const of = { machine: 'machine-1', origin: 'stats-cache' }
    const tokens = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 }
    const days = {
      snapshots: [{ ...of, version: 4, basis: 'in+out', last_day: '2026-10-01', first_day: '2026-09-01' }],
      figures: [{ ...of, date: '2026-10-01', model: 'claude-opus-4-8', total_tokens: 900, ...tokens }],
      activity: [{ ...of, date: '2026-10-01', message_count: 9, session_count: 2, tool_call_count: 4 }],
      models: [],
    }
    const batch = aBatch([], { up_to: 2, days })
    await server.sync(batch)
    await server.sync(batch)
    expect(await server.get('/v1/stats/daily?from=2026-10-01&to=2026-10-01')).toMatchObject({
      days: [
        {
          date: '2026-10-01',
          total_tokens: 0,
          estimated_tokens: 900,
          estimated_message_count: 9,
          machines: ['studio'],
        },
      ],
    })
    const snapshots = await server.options.db.selectFrom('figure_snapshot').selectAll().execute()
    expect(snapshots).toMatchObject([{ version: 4, basis: 'in+out', last_day: '2026-10-01' }])
  })

  test('with figures that say nothing of themselves is taken all the same', async () => {
    const server = await aServer()
    const activity = [
      {
        machine: 'machine-1',
        origin: 'stats-cache',
        date: '2026-10-01',
        message_count: 9,
        session_count: 2,
        tool_call_count: 4,
      },
    ]
    await server.sync(aBatch([], { up_to: 1, days: { snapshots: [], figures: [], activity, models: [] } }))
    expect(await server.get('/v1/stats/daily?days=60')).toMatchObject({ days: [{ estimated_message_count: 9 }] })
  })

  test('that ends before it starts is refused', async () => {
    const server = await aServer()
    expect(await refusal(server, aBatch([], { after: 5, up_to: 4 }))).toMatchObject({
      http: 400,
      errors: [{ pointer: '/up_to' }],
    })
  })

  test('that is not as agreed is refused with the place of each error', async () => {
    const server = await aServer()
    const answer = await refusal(server, { ...aBatch([]), ledger: '', machine: { id: 7, hostname: 'a\u001b[2J' } })
    expect(answer).toMatchObject({ http: 400, code: 'invalid-request' })
    const pointers = (answer['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(pointers).toEqual(expect.arrayContaining(['/machine/id', '/machine/hostname', '/ledger']))
    expect(JSON.stringify(answer)).not.toContain('\\u001b')
  })

  test('with more rows than a batch may have is refused', async () => {
    const server = await aServer()
    const many = Array.from({ length: 1001 }, (_, n) => anEvent({ id: eventId(n) }))
    expect(await refusal(server, aBatch(many))).toMatchObject({ http: 400, errors: [{ pointer: '/events/rows' }] })
    expect(await server.sync(aBatch(many.slice(1)))).toMatchObject({ stored: 1000 })
  })
})

test.each([
  ['no version', {}],
  ['version 3', { protocol_version: 3 }],
  ['the version as text', { protocol_version: '2' }],
  ['an array', []],
  ['null', null],
])('a body with %s is told which versions are spoken here', async (_, body) => {
  const server = await aServer()
  expect(await refusal(server, body)).toMatchObject({ http: 400, code: 'unsupported-protocol', supported: [2, 1] })
})

test('days that are still to come are not taken for read, whatever a machine whose clock is ahead says', async () => {
  const server = await aServer()
  const DAY = 86_400_000
  const year = 365 * DAY
  await server.sync(aBatch([], { coverage: [{ starts: TEST_NOW - 30 * DAY, ends: TEST_NOW + year }] }))
  await server.sync(aBatch([], { coverage: [{ starts: TEST_NOW + year, ends: TEST_NOW + year + DAY }] }))
  expect(await server.options.db.selectFrom('coverage_span').select(['starts', 'ends']).execute()).toEqual([
    { starts: TEST_NOW - 30 * DAY, ends: TEST_NOW },
  ])
})
