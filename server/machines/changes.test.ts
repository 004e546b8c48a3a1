import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { MachineChangeAnswer, MachineChangeRow, MachineListing } from '../../api/machines.ts'
import { KEY_HEADER } from '../../api/paths.ts'
import { deeds } from '../../store/audit.ts'
import { wrongCells } from '../../store/rollup.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { aBatch, aKey, anEvent, aServer, eventId, TEST_NOW, type TestServer } from '../testing.ts'
import { eraseOverdue } from './erase-overdue.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Studio and laptop have shown one event together and one each; laptop has figures, a limit, coverage and a key, too. */
async function twoMachines(): Promise<{ server: TestServer; key: string }> {
  const server = await aServer({ randomBytes: (count) => randomBytes(count) })
  const at = TEST_NOW - 3 * HOUR
  const shared = anEvent({ id: eventId(3), output_tokens: 300, occurred_at: at })
  await server.sync(
    aBatch([anEvent({ id: eventId(1), output_tokens: 100, occurred_at: at }), shared], {
      coverage: [{ starts: at - 40 * DAY, ends: at - 30 * DAY }],
    }),
  )
  const own = anEvent({ id: eventId(2), machine: 'laptop-id', output_tokens: 200, occurred_at: at - 4 * DAY })
  const later = { ...shared, machine: 'laptop-id', occurred_at: at + 1 }
  const key = await aKey(server, 'machine', { machine: 'laptop-id', label: 'laptop' })
  const sent = await server.request('POST', '/v1/sync', laptop([own, later], 0, MORE), { [KEY_HEADER]: key })
  expect(sent.status).toBe(200)
  // As if it had come with another machine's key, and been cloned since.
  const { db } = server.options
  await db
    .updateTable('machine')
    .set({ copied_from: 'machine-1', cloned_at: 1 })
    .where('id', '=', 'laptop-id')
    .execute()
  return { server, key }
}

const MORE = {
  limits: [
    {
      account: 'plan',
      window: '5h',
      used_percent: 42,
      resets_at: TEST_NOW + HOUR,
      seen_at: TEST_NOW - HOUR,
    },
  ],
  coverage: [{ starts: TEST_NOW - 30 * DAY, ends: TEST_NOW - HOUR }],
  days: {
    snapshots: [],
    figures: [
      {
        machine: 'laptop-id',
        origin: 'stats-cache',
        date: '2026-10-05',
        model: 'claude-opus-4-8',
        total_tokens: 7000,
        input_tokens: 7000,
        output_tokens: 0,
        cache_read_tokens: 0,
        cache_creation_tokens: 0,
      },
    ],
    activity: [
      {
        machine: 'laptop-id',
        origin: 'stats-cache',
        date: '2026-10-05',
        message_count: 5,
        session_count: 1,
        tool_call_count: 2,
      },
    ],
    models: [],
  },
}

function laptop(events: Parameters<typeof aBatch>[0], after: number, more: object = {}) {
  return aBatch(events, { machine: { id: 'laptop-id', hostname: 'laptop' }, ledger: 'ledger-2', after, ...more })
}

/** Everything that a server answers about usage, and the file that it exports. */
async function everything(server: TestServer): Promise<Record<string, string>> {
  const paths = [
    '/v1/export',
    '/v1/stats/machines',
    '/v1/stats/totals',
    '/v1/stats/daily?days=90',
    '/v1/stats/usage?by=machine&days=90',
    '/v1/stats/models',
    '/v1/stats/coverage?days=60',
    '/v1/stats/limits',
    '/v1/machines',
    '/v1/keys',
  ]
  const answers = paths.map(async (path) => [path, await (await server.request('GET', path)).text()] as const)
  return Object.fromEntries(await Promise.all(answers))
}

async function change(server: TestServer, machine: string, body: object): Promise<MachineChangeAnswer> {
  const answer = await server.request('POST', `/v1/machines/${machine}/changes`, body)
  if (answer.status !== 200) throw new Error(await answer.text())
  return (await answer.json()) as MachineChangeAnswer
}

async function undo(server: TestServer, id: number | undefined): Promise<Record<string, unknown>> {
  const answer = await server.request('POST', `/v1/machine-changes/${id}/undo`, {})
  return { http: answer.status, ...((await answer.json()) as object) }
}

async function machines(server: TestServer): Promise<MachineListing[]> {
  return (await server.get<{ machines: MachineListing[] }>('/v1/machines')).machines
}

async function usageByMachine(server: TestServer): Promise<Record<string, number>> {
  const { rows } = await server.get<{ rows: { group: string; output_tokens: number }[] }>(
    '/v1/stats/usage?by=machine&days=30',
  )
  const sums: Record<string, number> = {}
  for (const { group, output_tokens } of rows) sums[group] = (sums[group] ?? 0) + output_tokens
  return sums
}

async function rollupIsRight({ options: { db } }: TestServer): Promise<void> {
  expect(await wrongCells(db, ONLY_OWNER)).toMatchObject({ wrong: 0 })
}

const STEPS = {
  rename: { action: 'rename', name: 'travel' },
  group: { action: 'group', group: 'office' },
  archive: { action: 'archive' },
  keep: { action: 'keep' },
  revoke: { action: 'revoke' },
  merge: { action: 'merge', into: 'studio' },
  delete: { action: 'delete' },
} as const

describe.each(Object.entries(STEPS))('%s', (_, step) => {
  test('only says what would come of it, where that is asked', async () => {
    const { server } = await twoMachines()
    const before = await everything(server)
    const said = await change(server, 'laptop', { ...step, preview: true })
    expect(said.change).toBeNull()
    expect(await everything(server)).toEqual(before)
    expect(await server.get('/v1/machine-changes')).toEqual({ changes: [] })
    expect((await change(server, 'laptop', step)).effect).toEqual(said.effect)
  })

  test('taken back, leaves everything as it was, to the byte', async () => {
    const { server } = await twoMachines()
    const before = await everything(server)
    const { change: made } = await change(server, 'laptop', step)
    const between = await everything(server)
    expect(between).not.toEqual(before)
    await rollupIsRight(server)
    expect(await undo(server, made?.id)).toMatchObject({ http: 200, change: { id: made?.id, can_undo: false } })
    expect(await everything(server)).toEqual(before)
    await rollupIsRight(server)
  })

  test('is written down, with by whom', async () => {
    const { server } = await twoMachines()
    const { change: made } = await change(server, 'laptop', step)
    await undo(server, made?.id)
    const { changes } = await server.get<{ changes: MachineChangeRow[] }>('/v1/machine-changes')
    expect(changes).toMatchObject([
      {
        action: step.action,
        by: expect.stringMatching(/^key env-/),
        machine: { id: 'laptop-id' },
        undone_at: new Date(TEST_NOW).toISOString(),
      },
    ])
    const written = await deeds(server.options.db, ONLY_OWNER, { limit: 9 })
    expect(written.map(({ action, subject }) => [action.split('.')[0], subject])).toEqual([
      ['machine', 'laptop-id'],
      ['machine', 'laptop-id'],
    ])
  })
})

describe('a machine that was merged into another', () => {
  test('counts for it: events, figures, coverage, limits and keys', async () => {
    const { server, key } = await twoMachines()
    const { effect } = await change(server, 'laptop', STEPS.merge)
    expect(effect).toMatchObject({
      into: { id: 'machine-1', name: 'studio' },
      event_count: 1,
      lost_event_count: 0,
      keys: [],
    })
    expect(await usageByMachine(server)).toEqual({ studio: 600 })
    expect(await machines(server)).toMatchObject([
      { name: 'studio', event_count: 3, key_count: 1, merged: [{ id: 'laptop-id', name: 'laptop' }] },
    ])
    expect(await server.get('/v1/stats/machines')).toMatchObject({ machines: [{ hostname: 'studio', event_count: 3 }] })
    expect(await server.get('/v1/keys')).toMatchObject({ keys: [{ machine: 'laptop-id', hostname: 'studio' }] })
    expect(await server.get('/v1/stats/limits')).toMatchObject({ limits: [{ used_percent: 42, machine: 'machine-1' }] })
    expect(await server.get('/v1/stats/daily?from=2026-10-05&to=2026-10-05')).toMatchObject({
      days: [{ machines: ['studio'] }],
    })
    const { machines: known } = await server.get<{ machines: { machine: string }[] }>('/v1/stats/coverage?days=60')
    expect(known.map(({ machine }) => machine)).toEqual(['machine-1'])
    // Under its old id it goes on, and still is the other one.
    const more = laptop([anEvent({ id: eventId(4), machine: 'laptop-id', output_tokens: 1000 })], 2)
    expect((await server.request('POST', '/v1/sync', more, { [KEY_HEADER]: key })).status).toBe(200)
    expect(await usageByMachine(server)).toEqual({ studio: 1600 })
    await rollupIsRight(server)
  })

  test('and then is itself again, has also what it sent meanwhile', async () => {
    const { server } = await twoMachines()
    const { change: made } = await change(server, 'laptop', STEPS.merge)
    await server.sync(laptop([anEvent({ id: eventId(4), machine: 'laptop-id', output_tokens: 1000 })], 2))
    await undo(server, made?.id)
    expect(await usageByMachine(server)).toEqual({ laptop: 1200, studio: 400 })
    await rollupIsRight(server)
  })

  test('is found by its own name, and cannot be merged into itself', async () => {
    const { server } = await twoMachines()
    await change(server, 'laptop', STEPS.merge)
    await change(server, 'laptop', STEPS.rename)
    expect(await machines(server)).toMatchObject([{ id: 'machine-1', name: 'travel' }])
    await expect(change(server, 'studio', { action: 'merge', into: 'laptop' })).rejects.toThrow('is that machine')
  })
})

describe('a machine that was deleted', () => {
  test('is gone with what it alone has shown, and its key; what another has shown too counts for that', async () => {
    const { server, key } = await twoMachines()
    const { effect } = await change(server, 'studio', STEPS.delete)
    expect(effect).toMatchObject({
      event_count: 2,
      lost_event_count: 1,
      lost_tokens: 20_253,
      keys: [],
      erased_after: new Date(TEST_NOW + 7 * DAY).toISOString(),
    })
    expect(await usageByMachine(server)).toEqual({ laptop: 500 })
    expect((await change(server, 'laptop', STEPS.delete)).effect.keys).toMatchObject([{ label: 'laptop' }])
    expect(await usageByMachine(server)).toEqual({})
    expect((await server.request('GET', '/v1/key', undefined, { [KEY_HEADER]: key })).status).toBe(401)
    expect(await server.get('/v1/stats/machines')).toMatchObject({ machines: [] })
    expect(await machines(server)).toMatchObject([{ is_active: false }, { is_active: false }])
    await rollupIsRight(server)
  })

  test('sends nothing meanwhile, and is let in again by reactivating it, with all that it had', async () => {
    const { server, key } = await twoMachines()
    const before = await everything(server)
    await change(server, 'laptop', STEPS.delete)
    const more = laptop([anEvent({ id: eventId(4), machine: 'laptop-id' })], 2)
    expect((await server.request('POST', '/v1/sync', more)).status).toBe(403)
    expect((await server.request('POST', '/v1/machines/laptop/reactivate', {})).status).toBe(200)
    expect(await everything(server)).toEqual(before)
    expect((await server.request('POST', '/v1/sync', more, { [KEY_HEADER]: key })).status).toBe(200)
  })

  test('is erased after 7 days, and not before; then nothing brings it back', async () => {
    const { server } = await twoMachines()
    const { change: made } = await change(server, 'studio', STEPS.delete)
    const { db, now } = server.options
    server.wait(7 * DAY - 1)
    expect(await eraseOverdue(db, now)).toEqual([])
    server.wait(1)
    expect(await undo(server, made?.id)).toMatchObject({ http: 400, detail: /more than 7 days ago/ })
    expect(await eraseOverdue(db, now)).toEqual(['machine-1'])
    expect(await eraseOverdue(db, now)).toEqual([])
    expect(await usageByMachine(server)).toEqual({ laptop: 500 })
    const left = await db.selectFrom('event').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual([eventId(2), eventId(3)])
    await rollupIsRight(server)
  })

  test('has what it has shown with another one that was deleted, too, and is erased before it is taken back', async () => {
    const { server } = await twoMachines()
    await change(server, 'studio', STEPS.delete)
    const { change: made } = await change(server, 'laptop', STEPS.delete)
    await server.request('DELETE', '/v1/machines/studio?hard=true')
    expect(await usageByMachine(server)).toEqual({})
    expect(await undo(server, made?.id)).toMatchObject({ http: 200 })
    expect(await usageByMachine(server)).toEqual({ laptop: 500 })
    await rollupIsRight(server)
  })

  test('for good meanwhile cannot be taken back, and the journal says so', async () => {
    const { server } = await twoMachines()
    const { change: made } = await change(server, 'studio', STEPS.delete)
    await change(server, 'laptop', STEPS.rename)
    const undoable = async () => {
      const { changes } = await server.get<{ changes: MachineChangeRow[] }>('/v1/machine-changes')
      return changes.map(({ machine, can_undo }) => [machine.id, can_undo])
    }
    expect(await undoable()).toEqual([
      ['laptop-id', true],
      ['machine-1', true],
    ])
    await server.request('DELETE', '/v1/machines/studio?hard=true')
    expect(await undo(server, made?.id)).toMatchObject({ http: 400, detail: /was erased for good/ })
    expect(await undoable()).toEqual([
      ['laptop-id', true],
      ['machine-1', false],
    ])
  })
})

test('a machine that was archived comes back with its next sync', async () => {
  const { server } = await twoMachines()
  await change(server, 'laptop', STEPS.archive)
  expect(await server.get('/v1/stats/machines')).toMatchObject({
    machines: expect.arrayContaining([expect.objectContaining({ hostname: 'laptop', is_archived: true })]),
  })
  await server.sync(laptop([], 2))
  expect((await machines(server)).map(({ is_archived }) => is_archived)).toEqual([false, false])
})

test('a machine that was archived comes back with the next sync of one that was merged into it', async () => {
  const { server } = await twoMachines()
  await change(server, 'laptop', STEPS.merge)
  await change(server, 'studio', STEPS.archive)
  await server.sync(laptop([], 2))
  expect(await machines(server)).toMatchObject([{ id: 'machine-1', is_archived: false }])
})

test('what an original client says of a machine that was merged does not rename the one that it is', async () => {
  const { server } = await twoMachines()
  await change(server, 'laptop', STEPS.merge)
  const original = { protocol_version: 1, hostname: 'laptop' }
  expect((await server.request('POST', '/v1/sync', original)).status).toBe(200)
  expect(await machines(server)).toMatchObject([{ id: 'machine-1', hostname: 'studio', name: 'studio' }])
})

test('a machine whose keys were revoked stays, and its keys hold again once that is taken back', async () => {
  const { server, key } = await twoMachines()
  const { change: made } = await change(server, 'laptop', STEPS.revoke)
  expect((await server.request('GET', '/v1/key', undefined, { [KEY_HEADER]: key })).status).toBe(401)
  await undo(server, made?.id)
  expect((await server.request('GET', '/v1/key', undefined, { [KEY_HEADER]: key })).status).toBe(200)
})

test('keys that were revoked do not hold again while their machine is deleted', async () => {
  const { server, key } = await twoMachines()
  const { change: revoked } = await change(server, 'laptop', STEPS.revoke)
  const { change: deleted } = await change(server, 'laptop', STEPS.delete)
  expect(await undo(server, revoked?.id)).toMatchObject({ http: 400 })
  expect((await server.request('GET', '/v1/key', undefined, { [KEY_HEADER]: key })).status).toBe(401)
  await undo(server, deleted?.id)
  expect(await undo(server, revoked?.id)).toMatchObject({ http: 200 })
  expect((await server.request('GET', '/v1/key', undefined, { [KEY_HEADER]: key })).status).toBe(200)
})

test('a name is given in reports and filters, and taken away by an empty one', async () => {
  const { server } = await twoMachines()
  await change(server, 'laptop', STEPS.rename)
  expect(await usageByMachine(server)).toEqual({ travel: 200, studio: 400 })
  expect(await server.get('/v1/stats/totals?machine=travel')).toMatchObject({ machine_count: 1 })
  await change(server, 'travel', { action: 'rename', name: '' })
  expect((await machines(server)).map(({ name }) => name).toSorted()).toEqual(['laptop', 'studio'])
})

test('of changes of the same, the later one is taken back first; and each only once', async () => {
  const { server } = await twoMachines()
  const first = (await change(server, 'laptop', STEPS.rename)).change?.id
  const second = (await change(server, 'laptop', { action: 'rename', name: 'other' })).change?.id
  expect(await undo(server, first)).toMatchObject({
    http: 400,
    hint: `Take that one back first: forge machines undo ${second}`,
  })
  expect(await undo(server, second)).toMatchObject({ http: 200 })
  expect(await undo(server, second)).toMatchObject({ http: 400, detail: /already/ })
  expect(await undo(server, first)).toMatchObject({ http: 200 })
  for (const id of ['99', 'x', '-1', '1e3']) {
    expect((await server.request('POST', `/v1/machine-changes/${id}/undo`, {})).status).toBe(404)
  }
})

test('nothing else is understood, and nobody else’s machine is known', async () => {
  const { server } = await twoMachines()
  for (const body of [
    {},
    { action: 'explode' },
    { action: 'rename' },
    { action: 'rename', name: 'a\u001b[2J' },
    { action: 'delete', hard: true },
  ]) {
    expect((await server.request('POST', '/v1/machines/laptop/changes', body)).status).toBe(400)
  }
  expect((await server.request('POST', '/v1/machines/nobody/changes', STEPS.delete)).status).toBe(404)
  const { change: made } = await change(server, 'laptop', STEPS.rename)
  const other = await aKey(server, 'admin', { owner: 2 })
  for (const path of ['/v1/machines/laptop/changes', `/v1/machine-changes/${made?.id}/undo`]) {
    expect((await server.request('POST', path, STEPS.delete, { [KEY_HEADER]: other })).status).toBe(404)
  }
})
