import { describe, expect, test } from 'vitest'
import { aBatch, anEvent, aServer, TEST_NOW, type TestServer } from './testing.ts'

/** As the newest original client sends it. */
const NEWER = {
  protocol_version: 1,
  hostname: 'nas',
  daily_activity: [
    { date: '2026-11-18', message_count: 40, session_count: 2, tool_call_count: 9 },
    { date: '2026-11-19', message_count: 10, session_count: 1, tool_call_count: 3 },
  ],
  daily_usage: [
    { date: '2026-11-18', input_tokens: 10, output_tokens: 20, cache_read_tokens: 300, cache_creation_tokens: 40 },
    { date: '2026-11-19', input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_creation_tokens: 4 },
  ],
  model_usage: [
    {
      model: 'claude-opus-4-8',
      input_tokens: 11,
      output_tokens: 22,
      cache_read_tokens: 303,
      cache_creation_tokens: 44,
    },
  ],
  raw_usage: [
    raw('2026-11-18T09:00:00.000Z', 'claude-opus-4-8', [6, 10, 200, 30]),
    raw('2026-11-18T10:00:00.000Z', 'claude-opus-4-8', [2, 5, 50, 5]),
    raw('2026-11-18T11:00:00.000Z', 'claude-haiku-4-8', [2, 5, 50, 5]),
    raw('2026-11-19T09:00:00.000Z', 'claude-opus-4-8', [1, 2, 3, 4]),
  ],
}

/** As older ones did: totals by day and model, without token classes. */
const OLDER = {
  protocol_version: 1,
  hostname: 'nas',
  daily_activity: [{ date: '2026-11-18', message_count: 40, session_count: 2, tool_call_count: 9 }],
  daily_tokens: [
    { date: '2026-11-18', model: 'claude-opus-4-8', tokens: 500 },
    { date: '2026-11-18', model: 'claude-haiku-4-8', tokens: 70 },
  ],
  model_usage: [
    { model: 'claude-opus-4-8', input_tokens: 400, output_tokens: 100, cache_read_tokens: 0, cache_creation_tokens: 0 },
  ],
}

function raw(timestamp: string, model: string, [input, output, read, creation]: [number, number, number, number]) {
  return {
    timestamp,
    model,
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: read,
    cache_creation_tokens: creation,
  }
}

/** What the original client reads back. */
async function everything(server: TestServer): Promise<unknown> {
  return {
    daily: await server.get('/v1/stats/daily?days=30'),
    totals: await server.get('/v1/stats/totals'),
    models: await server.get('/v1/stats/models'),
    usage: await server.get('/v1/stats/usage?days=30'),
  }
}

describe('an original client', () => {
  test('is answered as it expects', async () => {
    const server = await aServer()
    expect(await server.sync(NEWER)).toEqual({
      status: 'success',
      protocol_version: 1,
      records_upserted: 2 + 2 + 1 + 4,
      machine_registered: true,
      server_time: new Date(TEST_NOW).toISOString(),
    })
    expect(await server.sync(OLDER)).toMatchObject({ records_upserted: 1 + 2 + 1, machine_registered: false })
  })

  test('of the newer kind gets its fields back', async () => {
    const server = await aServer()
    await server.sync(NEWER)
    expect(await everything(server)).toMatchObject({
      daily: {
        days: [
          {
            date: '2026-11-18',
            total_tokens: 370,
            input_tokens: 10,
            output_tokens: 20,
            cache_read_tokens: 300,
            cache_creation_tokens: 40,
            message_count: 40,
            session_count: 2,
            tool_call_count: 9,
            machines: ['nas'],
            reported_tokens: 370,
            estimated_tokens: 0,
          },
          { date: '2026-11-19', total_tokens: 10, message_count: 10, machines: ['nas'] },
        ],
      },
      totals: {
        total_tokens: 380,
        total_messages: 50,
        total_sessions: 3,
        machine_count: 1,
        first_activity: '2026-11-18',
        last_activity: '2026-11-19',
      },
      models: {
        models: [{ model: 'claude-opus-4-8', total_tokens: 380, input_tokens: 11, cache_creation_tokens: 44 }],
      },
    })
    expect(await server.get('/v1/stats/usage?from=2026-11-18&to=2026-11-18')).toMatchObject({
      rows: [
        { group: 'claude-opus-4-8', total_tokens: 308, cache_read_tokens: 250 },
        { group: 'claude-haiku-4-8', total_tokens: 62 },
      ],
    })
  })

  test('of the older kind gets its fields back', async () => {
    const server = await aServer()
    await server.sync(OLDER)
    expect(await everything(server)).toMatchObject({
      daily: {
        days: [
          {
            date: '2026-11-18',
            total_tokens: 570,
            input_tokens: 0,
            message_count: 40,
            session_count: 2,
            machines: ['nas'],
          },
        ],
      },
      totals: { total_tokens: 570, total_messages: 40, machine_count: 1 },
      models: { models: [{ model: 'claude-opus-4-8', total_tokens: 500 }] },
    })
  })

  test.each([
    ['newer', NEWER],
    ['older', OLDER],
  ])('of the %s kind may send the same again and again', async (_, body) => {
    const server = await aServer()
    await server.sync(body)
    const before = await everything(server)
    const records = await server.sync<{ records_upserted: number }>(body)
    expect(await everything(server)).toEqual(before)
    expect(records).toMatchObject({ machine_registered: false })
  })

  test('whose files were deleted since takes nothing away', async () => {
    const server = await aServer()
    await server.sync(NEWER)
    const before = await everything(server)
    const smaller = NEWER.daily_usage.map((row) => ({ ...row, output_tokens: 1 }))
    await server.sync({ ...NEWER, daily_usage: smaller, raw_usage: [], daily_activity: [], model_usage: [] })
    expect(await everything(server)).toEqual(before)
  })

  test('counts single responses, not totals of the same day, where it sends both', async () => {
    const server = await aServer()
    await server.sync({ ...OLDER, raw_usage: NEWER.raw_usage.slice(0, 1) })
    expect(await server.get('/v1/stats/daily')).toMatchObject({ days: [{ date: '2026-11-18', total_tokens: 246 }] })
  })

  test('with timestamps of other zones or none has its days in UTC', async () => {
    const server = await aServer()
    const tokens: [number, number, number, number] = [1, 0, 0, 0]
    const times = ['2026-11-18T23:30:00-02:00', '2026-11-19T00:30:00', '2026-11-19T00:30:00.123456+00:00']
    await server.sync({ protocol_version: 1, hostname: 'nas', raw_usage: times.map((time) => raw(time, 'm', tokens)) })
    expect(await server.get('/v1/stats/daily')).toMatchObject({ days: [{ date: '2026-11-19', total_tokens: 3 }] })
  })

  test('with some rows that cannot be read or meant has the others kept', async () => {
    const server = await aServer()
    const good = raw('2026-11-18T09:00:00.000Z', 'claude-opus-4-8', [1, 1, 1, 1])
    const answer = await server.sync({
      protocol_version: 1,
      hostname: 'nas',
      daily_activity: [{ date: '2026-11-18', message_count: Number.MAX_SAFE_INTEGER }],
      daily_usage: [{ date: '2026-11-17', input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: 5 }],
      daily_tokens: [{ date: '2026-11-16', model: 'm', tokens: Number.MAX_SAFE_INTEGER }],
      model_usage: [{ model: 'm', input_tokens: Number.MAX_SAFE_INTEGER }],
      raw_usage: [
        good,
        { ...good, timestamp: 'yesterday' },
        { ...good, timestamp: '2026-13-45T09:00:00Z' },
        { ...good, timestamp: '1969-12-31T23:00:00Z' },
        { ...good, input_tokens: Number.MAX_SAFE_INTEGER },
      ],
    })
    expect(answer).toMatchObject({ status: 'success', records_upserted: 1 })
    expect(await server.get('/v1/stats/totals')).toMatchObject({ total_tokens: 4, total_messages: 0 })
  })

  test('that sends Claude Code’s own placeholders has no such model', async () => {
    const server = await aServer()
    const model = '<synthetic>'
    const placeholder = { protocol_version: 1, hostname: 'nas', model_usage: [{ model }], daily_tokens: [] }
    const raw_usage = [raw('2026-11-18T09:00:00.000Z', model, [0, 0, 0, 0])]
    expect(await server.sync({ ...placeholder, raw_usage })).toMatchObject({ records_upserted: 0 })
    expect(await server.get('/v1/stats/models')).toMatchObject({ models: [] })
  })

  test('has names without control characters', async () => {
    const server = await aServer()
    const model_usage = [{ model: 'opus\u001b[2J\u202e', input_tokens: 5, output_tokens: 5 }]
    await server.sync({ protocol_version: 1, hostname: 'n\u0000as\u200b ', model_usage })
    expect(await server.get('/v1/stats/machines')).toMatchObject({ machines: [{ hostname: 'nas' }] })
    expect(await server.get('/v1/stats/models')).toMatchObject({ models: [{ model: 'opus[2J' }] })
    const blank = await server.request('POST', '/v1/sync', { protocol_version: 1, hostname: '\u0007 ' })
    expect(await blank.json()).toMatchObject({ status: 400, errors: [{ pointer: '/hostname' }] })
  })

  test('that breaks the agreement is told where', async () => {
    const server = await aServer()
    const body = { ...OLDER, daily_activity: [{ date: '2026-02-30' }, { date: '2026-11-18', message_count: -1 }] }
    const answer = await server.request('POST', '/v1/sync', body)
    expect(answer.status).toBe(400)
    const problem = (await answer.json()) as { detail: unknown; errors: unknown }
    expect(problem.detail).toEqual(expect.any(String))
    expect(problem.errors).toMatchObject([
      { pointer: '/daily_activity/0/date', detail: 'must be a day such as 2026-11-01' },
      { pointer: '/daily_activity/1/message_count' },
    ])
  })

  test('on a machine that now sends events is superseded by them, day by day, and stays the same machine', async () => {
    const server = await aServer()
    await server.sync(NEWER)
    const machine = { id: 'machine-1', hostname: 'nas' }
    await server.sync(aBatch([anEvent({ occurred_at: TEST_NOW - 86_400_000 })], { machine }))
    // An original client left over on that machine, in a hook for example.
    await server.sync(NEWER)
    await server.sync(NEWER)
    expect(await server.get('/v1/stats/machines')).toMatchObject({
      machines: [{ hostname: 'nas', machine: 'machine-1' }],
    })
    expect(await server.get('/v1/stats/daily')).toMatchObject({
      days: [
        { date: '2026-11-18', total_tokens: 370, reported_tokens: 370 },
        { date: '2026-11-19', total_tokens: 20_853, reported_tokens: 0 },
      ],
    })
  })
})
