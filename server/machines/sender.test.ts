import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { KEY_HEADER } from '../../api/paths.ts'
import type { KeyKind } from '../../core/scope.ts'
import { aBatch, aKey, anEvent, aServer, eventId, type TestServer } from '../testing.ts'

function aSyncServer(): Promise<TestServer> {
  return aServer({ randomBytes: (count) => randomBytes(count) })
}

interface Sent {
  readonly http: number
  readonly code?: string
  readonly stored?: number
  readonly notice?: string
}

/** A machine that sends one event with a key. */
async function send(
  server: TestServer,
  key: string,
  { id, event = 1, as = id, ...parts }: { id: string; event?: number; as?: string; [part: string]: unknown },
): Promise<Sent> {
  const batch = aBatch([anEvent({ id: eventId(event), machine: as })], {
    machine: { id, hostname: id, ...(parts['machine'] as object) },
    ledger: `ledger-of-${id}`,
    ...(parts['carried_by'] === undefined ? {} : { carried_by: parts['carried_by'] }),
  })
  const answer = await server.request('POST', '/v1/sync', batch, { [KEY_HEADER]: key })
  return { http: answer.status, ...((await answer.json()) as object) }
}

function machineRow({ options: { db } }: TestServer, id: string) {
  return db.selectFrom('machine').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The machines of all events. */
async function machinesOfEvents(server: TestServer): Promise<string[]> {
  const { events } = await server.get<{ events: { machine: string }[] }>('/v1/stats/log')
  return events.map(({ machine }) => machine).toSorted()
}

describe('a machine’s key', () => {
  test('sends as that machine, and never as one that came with another key', async () => {
    const server = await aSyncServer()
    const [studio, laptop] = [
      await aKey(server, 'machine', { machine: 'studio' }),
      await aKey(server, 'machine', { machine: 'laptop' }),
    ]
    expect(await send(server, studio, { id: 'studio', event: 1 })).toMatchObject({ http: 200, stored: 1 })
    expect(await send(server, laptop, { id: 'laptop', event: 2 })).toMatchObject({ http: 200, stored: 1 })
    expect(await send(server, laptop, { id: 'studio', event: 3 })).toMatchObject({ http: 403, code: 'forbidden' })
    // What it says of another machine, it says for itself.
    expect(await send(server, laptop, { id: 'laptop', event: 4, as: 'studio' })).toMatchObject({ stored: 1 })
    expect(await machinesOfEvents(server)).toEqual(['laptop', 'laptop', 'studio'])
  })

  test('sends no day figures of another machine, but those of an import', async () => {
    const server = await aSyncServer()
    const laptop = await aKey(server, 'machine', { machine: 'laptop' })
    await server.sync(aBatch([], { machine: { id: 'studio', hostname: 'studio' } }))
    const figure = (machine: string, origin: string) => ({
      machine,
      origin,
      date: '2026-01-05',
      model: 'opus',
      total_tokens: 7,
      input_tokens: 7,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
    })
    const days = {
      snapshots: [],
      figures: [figure('studio', 'stats-cache'), figure('hostname:attic', 'ccusage:1')],
      activity: [],
      models: [],
    }
    const batch = aBatch([], { machine: { id: 'laptop', hostname: 'laptop' }, ledger: 'l', days })
    expect((await server.request('POST', '/v1/sync', batch, { [KEY_HEADER]: laptop })).status).toBe(200)
    const { figures } = await server.get<{ figures: { machine: string }[] }>('/v1/stats/log')
    expect(figures.map(({ machine }) => machine).toSorted()).toEqual(['hostname:attic', 'laptop'])
  })

  test('takes back imports, but not what machines say themselves', async () => {
    const server = await aSyncServer()
    const laptop = await aKey(server, 'machine', { machine: 'laptop' })
    const withdraw = async (origin: string) => {
      const batch = aBatch([], { machine: { id: 'laptop', hostname: 'laptop' }, withdrawn: [origin] })
      return (await server.request('POST', '/v1/sync', batch, { [KEY_HEADER]: laptop })).status
    }
    expect(await withdraw('stats-cache')).toBe(400)
    expect(await withdraw('protocol-1')).toBe(400)
    expect(await withdraw('ccusage:1')).toBe(200)
  })

  test('that was merged into one of an import is still there when the import is taken back', async () => {
    const server = await aSyncServer()
    const machine = { id: 'laptop', hostname: 'laptop' }
    const figure = {
      machine: 'hostname:attic',
      origin: 'ccusage:1',
      date: '2026-01-05',
      model: 'opus',
      total_tokens: 7,
      input_tokens: 7,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
    }
    await server.sync(aBatch([], { machine, days: { snapshots: [], figures: [figure], activity: [], models: [] } }))
    const merged = await server.request('POST', '/v1/machines/laptop/changes', { action: 'merge', into: 'attic' })
    expect(merged.status).toBe(200)
    await server.sync(aBatch([], { machine, withdrawn: ['ccusage:1'] }))
    const { machines } = await server.get<{ machines: { hostname: string }[] }>('/v1/stats/machines')
    expect(machines.map(({ hostname }) => hostname)).toEqual(['attic'])
  })

  test('speaks for no other machine in protocol 1, either', async () => {
    const server = await aSyncServer()
    const laptop = await aKey(server, 'machine', { machine: 'laptop' })
    await server.sync(aBatch([], { machine: { id: 'studio', hostname: 'studio' } }))
    const daily_usage = [{ date: '2026-01-05', input_tokens: 1 }]
    const old = { protocol_version: 1, hostname: 'studio', daily_usage }
    expect((await server.request('POST', '/v1/sync', old, { [KEY_HEADER]: laptop })).status).toBe(403)
  })

  test('brings a copied home along, as a machine of its own that is known to be a copy', async () => {
    const server = await aSyncServer()
    const studio = await aKey(server, 'machine', { machine: 'studio' })
    await send(server, studio, { id: 'studio', event: 1 })
    expect(await send(server, studio, { id: 'copy', event: 1, as: 'studio' })).toMatchObject({ http: 200, stored: 0 })
    expect(await send(server, studio, { id: 'copy', event: 2 })).toMatchObject({ http: 200, stored: 1 })
    expect(await machineRow(server, 'copy')).toMatchObject({ copied_from: 'studio' })
    expect(await machineRow(server, 'studio')).toMatchObject({ copied_from: '' })
    expect(await machinesOfEvents(server)).toEqual(['copy', 'studio'])
    // Once it has a key of its own, that of the original is not its any more, and goes on where it brought it.
    const own = await aKey(server, 'machine', { machine: 'copy' })
    expect((await send(server, own, { id: 'copy', event: 3 })).http).toBe(200)
    expect((await send(server, own, { id: 'studio', event: 4 })).http).toBe(403)
  })

  test('brings so many machines, and no more', async () => {
    const server = await aSyncServer()
    const studio = await aKey(server, 'machine', { machine: 'studio' })
    const answers: number[] = []
    for (let i = 0; i < 21; i++) answers.push((await send(server, studio, { id: `copy-${i}` })).http)
    expect(answers).toEqual([...Array.from({ length: 20 }, () => 200), 403])
    expect((await send(server, studio, { id: 'copy-7', event: 2 })).http).toBe(200)
  })

  test('carries what a machine without a network has written, which makes it no copy', async () => {
    const server = await aSyncServer()
    const studio = await aKey(server, 'machine', { machine: 'studio' })
    for (let i = 0; i < 2; i++) {
      expect((await send(server, studio, { id: 'attic', event: 1, carried_by: 'studio' })).http).toBe(200)
    }
    expect(await machineRow(server, 'attic')).toMatchObject({ copied_from: '' })
    expect(await machinesOfEvents(server)).toEqual(['attic'])
  })
})

describe('a key for many machines', () => {
  test('brings each of them, into its group', async () => {
    const server = await aSyncServer()
    const ci = await aKey(server, 'machine', { group: 'ci', is_ephemeral: true })
    for (const id of ['job-1', 'job-2']) expect((await send(server, ci, { id })).http).toBe(200)
    expect(await machineRow(server, 'job-2')).toMatchObject({ machine_group: 'ci', is_ephemeral: 1, copied_from: '' })
    expect((await send(server, ci, { id: 'job-1', event: 2 })).http).toBe(200)
  })

  test('does not send as a machine that came with another one', async () => {
    const server = await aSyncServer()
    const kinds: KeyKind[] = ['machine', 'ingest']
    for (const kind of kinds) {
      const [first, second] = [await aKey(server, kind), await aKey(server, kind)]
      expect((await send(server, first, { id: `of-${kind}` })).http).toBe(200)
      expect(await send(server, second, { id: `of-${kind}`, event: 2 })).toMatchObject({ code: 'forbidden' })
    }
  })

  test('that was rotated goes on with the machines that it brought', async () => {
    const server = await aSyncServer()
    const old = await aKey(server, 'machine', { group: 'ci' })
    await send(server, old, { id: 'job-1' })
    const rotated = await server.request('POST', '/v1/key/rotate', {}, { [KEY_HEADER]: old })
    const { key } = (await rotated.json()) as { key: string }
    expect((await send(server, key, { id: 'job-1', event: 2 })).http).toBe(200)
    expect((await send(server, key, { id: 'job-2', event: 3 })).http).toBe(200)
    expect(await machineRow(server, 'job-2')).toMatchObject({ machine_group: 'ci' })
  })
})

test('a group that a machine names itself is heeded when it first comes, and not after', async () => {
  const server = await aSyncServer()
  const key = await aKey(server, 'machine', { machine: 'job' })
  await send(server, key, { id: 'job', machine: { group: 'ci', is_ephemeral: true } })
  await send(server, key, { id: 'job', machine: { group: 'other' } })
  expect(await machineRow(server, 'job')).toMatchObject({ machine_group: 'ci', is_ephemeral: 1 })
})

test('two computers that pass for one machine are noticed when the first one comes back', async () => {
  const server = await aSyncServer()
  const key = await aKey(server, 'machine', { machine: 'image' })
  const notices: (string | undefined)[] = []
  // Started, started again, and then a clone of it and itself in turn.
  for (const running of ['start-1', 'start-1', 'start-2', 'clone-1', 'start-2', 'clone-1']) {
    notices.push((await send(server, key, { id: 'image', machine: { running } })).notice)
  }
  expect(notices).toEqual([undefined, undefined, undefined, undefined, 'cloned', 'cloned'])
  expect((await machineRow(server, 'image'))?.cloned_at).toBeGreaterThan(0)
})

test('an administrator’s key sends as any machine, as before', async () => {
  const server = await aSyncServer()
  const studio = await aKey(server, 'machine', { machine: 'studio' })
  await send(server, studio, { id: 'studio', event: 1 })
  const admin = await aKey(server, 'admin')
  expect(await send(server, admin, { id: 'studio', event: 2, as: 'laptop' })).toMatchObject({ http: 200, stored: 1 })
  expect(await machinesOfEvents(server)).toEqual(['laptop', 'studio'])
})
