import { describe, expect, test } from 'vitest'
import { aBatch, anEvent, aServer, eventId, type TestServer } from '../testing.ts'

const LAPTOP = { machine: { id: 'machine-2', hostname: 'laptop' }, ledger: 'ledger-2' }

/** Two machines; both have shown event 3. */
async function twoMachines(): Promise<TestServer> {
  const server = await aServer()
  const [one, two, three] = [1, 2, 3].map((n) => anEvent({ id: eventId(n), output_tokens: 100 * n }))
  const shared = { ...three!, machine: 'machine-2', occurred_at: three!.occurred_at + 1 }
  await server.sync(aBatch([one!, three!]))
  await server.sync(aBatch([{ ...two!, machine: 'machine-2' }, shared], LAPTOP))
  return server
}

async function outputTokens(server: TestServer): Promise<number> {
  const { models } = await server.get<{ models: { output_tokens: number }[] }>('/v1/stats/models')
  return models.reduce((sum, row) => sum + row.output_tokens, 0)
}

async function answerTo(answer: Promise<Response>): Promise<Record<string, unknown>> {
  const response = await answer
  return { http: response.status, ...((await response.json()) as object) }
}

describe('a machine that is deleted', () => {
  test('is hidden, keeps its data, and can be shown again', async () => {
    const server = await twoMachines()
    for (let i = 0; i < 2; i++) {
      expect(await answerTo(server.request('DELETE', '/v1/machines/studio'))).toEqual({
        http: 200,
        status: 'deleted',
        hard: false,
      })
    }
    expect(await outputTokens(server)).toBe(200)
    expect(await server.get('/v1/stats/machines')).toMatchObject({
      machines: expect.arrayContaining([expect.objectContaining({ hostname: 'studio', is_active: false })]),
    })
    for (let i = 0; i < 2; i++) {
      expect(await answerTo(server.request('POST', '/v1/machines/studio/reactivate'))).toEqual({
        http: 200,
        status: 'reactivated',
      })
    }
    expect(await outputTokens(server)).toBe(600)
  })

  test('for good is erased, except for what another machine has shown too', async () => {
    const server = await twoMachines()
    for (let i = 0; i < 2; i++) {
      expect(await answerTo(server.request('DELETE', '/v1/machines/studio?hard=true'))).toEqual({
        http: 200,
        status: 'deleted',
        hard: true,
      })
    }
    expect(await outputTokens(server)).toBe(500)
    expect(await server.get('/v1/stats/machines')).toMatchObject({ machines: [{ hostname: 'laptop' }] })
  })

  test('for good is not let in again until someone says so, and then sends everything again', async () => {
    const server = await twoMachines()
    await server.request('DELETE', '/v1/machines/studio?hard=true')
    const next = aBatch([anEvent({ id: eventId(4) })], { after: 2 })
    expect(await answerTo(server.request('POST', '/v1/sync', next))).toMatchObject({
      http: 403,
      code: 'machine-erased',
    })
    await server.request('POST', '/v1/machines/studio/reactivate')
    expect(await answerTo(server.request('POST', '/v1/sync', next))).toMatchObject({ http: 409, expected: 0 })
    expect(await server.sync(aBatch([anEvent({ id: eventId(1) })]))).toMatchObject({ stored: 1 })
  })

  test('may be named by its id, also one that an original client made of a hostname', async () => {
    const server = await twoMachines()
    expect((await server.request('DELETE', '/v1/machines/machine-2')).status).toBe(200)
    expect(await outputTokens(server)).toBe(400)
    await server.sync({ protocol_version: 1, hostname: 'büro 2' })
    const id = encodeURIComponent('hostname:büro 2')
    expect((await server.request('DELETE', `/v1/machines/${id}?hard=1`)).status).toBe(200)
    expect((await server.request('POST', `/v1/machines/${encodeURIComponent('büro 2')}/reactivate`)).status).toBe(200)
  })

  test('is not guessed: of two with one hostname, the answer lists the ids', async () => {
    const server = await twoMachines()
    await server.sync(aBatch([], { machine: { id: 'machine-3', hostname: 'studio' } }))
    const both = [
      { id: 'machine-1', hostname: 'studio', is_active: true },
      { id: 'machine-3', hostname: 'studio', is_active: true },
    ]
    for (const [method, path] of [
      ['DELETE', '/v1/machines/studio'],
      ['POST', '/v1/machines/studio/reactivate'],
    ] as const) {
      expect(await answerTo(server.request(method, path))).toMatchObject({
        http: 409,
        code: 'ambiguous',
        machines: both,
      })
    }
    expect(await outputTokens(server)).toBe(600)
    expect((await server.request('DELETE', '/v1/machines/machine-3')).status).toBe(200)
  })

  test('for good no longer stands in the way of a new one of its name', async () => {
    const server = await twoMachines()
    await server.request('DELETE', '/v1/machines/studio?hard=true')
    await server.sync(aBatch([], { machine: { id: 'machine-3', hostname: 'studio' } }))
    expect((await server.request('DELETE', '/v1/machines/studio')).status).toBe(200)
    const { machines } = await server.get<{ machines: unknown[] }>('/v1/stats/machines')
    expect(machines).toContainEqual(expect.objectContaining({ machine: 'machine-3', is_active: false }))
  })

  test('must be known', async () => {
    const server = await twoMachines()
    for (const name of ['nobody', 'STUDIO', '%00', "studio'--"]) {
      expect(await answerTo(server.request('DELETE', `/v1/machines/${name}`))).toMatchObject({
        http: 404,
        code: 'not-found',
      })
      expect(await answerTo(server.request('POST', `/v1/machines/${name}/reactivate`))).toMatchObject({ http: 404 })
    }
  })

  test('is not deleted by a query that is not understood', async () => {
    const server = await twoMachines()
    for (const query of ['hard=yes', 'hard=TRUE', 'hart=true', 'hard=true&hard=false']) {
      expect((await server.request('DELETE', `/v1/machines/studio?${query}`)).status).toBe(400)
    }
    expect(await outputTokens(server)).toBe(600)
  })
})
