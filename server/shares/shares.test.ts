import { describe, expect, test } from 'vitest'
import { SHARE_HEADER } from '../../api/paths.ts'
import type { ShareRequest, SharedAnswer } from '../../api/share.ts'
import { parseContract } from '../../core/prices/contract.ts'
import { listPrices } from '../../core/prices/price-book.ts'
import { aBatch, anEvent, aServer, eventId, TEST_NOW, type TestServer } from '../testing.ts'

const REQUEST: ShareRequest = {
  name: 'For Ana',
  ends_at: new Date(TEST_NOW + 86_400_000).toISOString(),
  blocks: ['chart', 'machines', 'projects', 'models', 'year'],
  has_names: false,
  has_cost: false,
  view: {
    range: '7d',
    by: 'machine',
    metric: 'cost',
    tz: 'UTC',
    filters: { machine: [], project: [], model: [], account: [] },
  },
}

async function serverWithUsage(options: Parameters<typeof aServer>[0] = {}): Promise<TestServer> {
  const server = await aServer(options)
  const events = [0, 1, 2].map((i) =>
    anEvent({
      id: eventId(i),
      machine: 'm-canary',
      project: 'p-canary',
      session: 's-canary',
      occurred_at: TEST_NOW - i * 3_600_000,
    }),
  )
  await server.sync({
    ...aBatch(events),
    machine: { id: 'm-canary', hostname: 'host-canary' },
    projects: [{ project: 'p-canary', label: 'label-canary' }],
  })
  return server
}

async function look(server: TestServer, change: Partial<ShareRequest> = {}): Promise<SharedAnswer> {
  const made = await server.request('POST', '/v1/shares', { ...REQUEST, ...change })
  expect(made.status).toBe(200)
  const { secret } = (await made.json()) as { secret: string }
  const answer = await server.app.request('/v1/shared', { headers: { [SHARE_HEADER]: secret } })
  expect(answer.status).toBe(200)
  return (await answer.json()) as SharedAnswer
}

describe('a read-only link', () => {
  test('tells no name and no cost where those were not chosen, in any field', async () => {
    const server = await serverWithUsage()
    for (const by of ['machine', 'project', 'model', 'account', 'none'] as const) {
      const answer = await look(server, { view: { ...REQUEST.view, by } })
      const text = JSON.stringify(answer)
      expect(text).not.toMatch(/canary/)
      expect(text).not.toMatch(/"(contract_)?cost_usd":"/)
      expect(answer.overview.totals.total_tokens).toBeGreaterThan(0)
      expect(answer.overview.machines.map(({ hostname }) => hostname)).toEqual(['machine 1'])
    }
  })

  test('tells neither what someone calls a machine, nor its group, nor whose files it came with', async () => {
    const server = await serverWithUsage()
    const changes = [
      { action: 'rename', name: 'name-canary' },
      { action: 'group', group: 'group-canary' },
    ]
    for (const change of changes) {
      expect((await server.request('POST', '/v1/machines/m-canary/changes', change)).status).toBe(200)
    }
    const { db } = server.options
    await server.sync({
      ...aBatch([anEvent({ id: eventId(8), machine: 'm-2' })], { ledger: 'ledger-2' }),
      machine: { id: 'm-2', hostname: 'second-canary' },
    })
    await db.updateTable('machine').set({ copied_from: 'm-canary' }).where('id', '=', 'm-2').execute()
    expect(JSON.stringify(await look(server))).not.toMatch(/canary/)
    const named = JSON.stringify(await look(server, { has_names: true }))
    expect(named).toMatch(/name-canary/)
    expect(named).toMatch(/group-canary/)
  })

  test('tells them where they were, but never ids that could be compared with something else', async () => {
    const answer = await look(await serverWithUsage(), { has_names: true, has_cost: true })
    const text = JSON.stringify(answer)
    expect(text).toContain('host-canary')
    expect(text).toContain('label-canary')
    expect(text).not.toMatch(/m-canary|p-canary|s-canary/)
    expect(answer.overview.totals.cost_usd).not.toBeNull()
  })

  test('names machines only where they are shown, and a model without a price only beside the cost', async () => {
    const server = await serverWithUsage()
    await server.sync({
      ...aBatch([anEvent({ id: eventId(9), machine: 'm-canary', model: 'model-canary' })], { after: 3 }),
      machine: { id: 'm-canary', hostname: 'host-canary' },
    })
    const view = { ...REQUEST.view, by: 'none' as const }
    const blocks: ShareRequest['blocks'] = ['chart', 'projects']
    const named = await look(server, { has_names: true, blocks, view })
    expect(JSON.stringify(named)).toContain('label-canary')
    expect(JSON.stringify(named)).not.toMatch(/host-canary|model-canary/)
    expect(named.overview.projects[0]?.machines).toEqual(['machine 1'])
    expect((await look(server, { has_cost: true, blocks, view })).overview.unpriced_models).toEqual(['model 1'])
    const byMachine = await look(server, { has_names: true, blocks, view: { ...view, by: 'machine' } })
    expect(JSON.stringify(byMachine)).toContain('host-canary')
    const withModels = await look(server, { has_cost: true, blocks: ['models'], view })
    expect(withModels.overview.unpriced_models).toEqual(['model-canary'])
  })

  test('never tells what a contract says', async () => {
    const contract = parseContract({ name: 'canary-contract', discount_percent: 20 }, listPrices())
    const server = await serverWithUsage({ contract })
    expect((await server.get<SharedAnswer['overview']>('/v1/overview')).totals.contract_cost_usd).not.toBeNull()
    const answer = await look(server, { has_names: true, has_cost: true })
    expect(answer.overview.totals.cost_usd).not.toBeNull()
    expect(answer.overview.contract).toBeNull()
    expect(JSON.stringify(answer)).not.toMatch(/canary-contract|"contract_(cost|saving)_usd":"/)
  })

  test('that does not work, asked for again and again, keeps no key out', async () => {
    const server = await serverWithUsage()
    const open = async () => (await server.app.request('/v1/shared', { headers: { [SHARE_HEADER]: 'made-up' } })).status
    const answers = new Set<number>()
    for (let i = 0; i < 70; i++) answers.add(await open())
    expect([...answers]).toEqual([401, 429])
    expect((await server.request('GET', '/v1/overview')).status).toBe(200)
  })

  test('is answered once for all who look, and anew when there is news', async () => {
    const server = await serverWithUsage()
    const { secret } = (await (await server.request('POST', '/v1/shares', REQUEST)).json()) as { secret: string }
    const open = (tag?: string) => {
      const headers = { [SHARE_HEADER]: secret, ...(tag === undefined ? {} : { 'If-None-Match': tag }) }
      return server.app.request('/v1/shared', { headers })
    }
    const first = await open()
    const tag = first.headers.get('ETag') ?? ''
    expect(first.headers.get('Vary')).toContain(SHARE_HEADER)
    expect((await open(tag)).status).toBe(304)
    await server.sync({
      ...aBatch([anEvent({ id: eventId(9), machine: 'm-canary' })], { after: 3 }),
      machine: { id: 'm-canary', hostname: 'host-canary' },
    })
    const second = (await (await open(tag)).json()) as SharedAnswer
    const before = (await first.json()) as SharedAnswer
    expect(second.overview.totals.total_tokens).toBeGreaterThan(before.overview.totals.total_tokens)
  })

  test('has only the blocks that were chosen', async () => {
    const { overview } = await look(await serverWithUsage(), { blocks: [] })
    expect([overview.rows, overview.periods, overview.machines, overview.projects, overview.models]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ])
    expect([overview.heatmap.days, overview.heatmap.active_days, overview.limits]).toEqual([[], 0, []])
  })

  test('holds its filters without telling them', async () => {
    const server = await serverWithUsage()
    const filters = { ...REQUEST.view.filters, project: ['another'] }
    const answer = await look(server, { view: { ...REQUEST.view, filters } })
    expect(answer.overview.totals.total_tokens).toBe(0)
    expect(answer.view).toEqual({ range: '7d', by: 'machine', metric: 'tokens', tz: 'UTC' })
  })

  test('ends by itself, at once by hand, and in a year at the latest', async () => {
    const server = await serverWithUsage()
    const make = (ends_at: string) => server.request('POST', '/v1/shares', { ...REQUEST, ends_at })
    expect((await make(new Date(TEST_NOW - 1).toISOString())).status).toBe(400)
    expect((await make(new Date(TEST_NOW + 400 * 86_400_000).toISOString())).status).toBe(400)
    const { secret, share } = (await (await make(REQUEST.ends_at)).json()) as { secret: string; share: { id: string } }
    const open = async () => (await server.app.request('/v1/shared', { headers: { [SHARE_HEADER]: secret } })).status
    expect(await open()).toBe(200)
    expect((await server.request('DELETE', `/v1/shares/${share.id}`)).status).toBe(200)
    expect(await open()).toBe(401)
    expect((await server.request('DELETE', `/v1/shares/${share.id}`)).status).toBe(404)
    const second = (await (await make(REQUEST.ends_at)).json()) as { secret: string }
    server.wait(86_400_000)
    const later = await server.app.request('/v1/shared', { headers: { [SHARE_HEADER]: second.secret } })
    expect(later.status).toBe(401)
    expect(await server.get('/v1/shares')).toEqual({ shares: [] })
  })

  test('is stored as a hash only', async () => {
    const server = await serverWithUsage()
    const made = await server.request('POST', '/v1/shares', REQUEST)
    const { secret } = (await made.json()) as { secret: string }
    const rows = await server.options.db.selectFrom('share').selectAll().execute()
    expect(JSON.stringify([rows, server.log])).not.toContain(secret)
  })
})
