import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../api/client.ts'
import type { SyncRequest2 } from '../api/contract.ts'
import { ledgerPath } from '../client/config.ts'
import { showStatus } from '../client/commands/sync-status.ts'
import { sync, type SyncContext } from '../client/sync.ts'
import { syncWatched } from '../client/sync-watched.ts'
import { Problem } from '../core/problem.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { record } from '../store/ledger.ts'
import { openMachineLedger } from '../store/open.ts'
import { waitingCount } from '../store/outbox.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { foreignServer } from './support/foreign-server.ts'
import { tempFolder } from './support/folders.ts'
import { startServer, TEST_KEY } from './support/server.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

const events = (from: number, to: number, given: Partial<UsageEvent> = {}) =>
  Array.from({ length: to - from }, (_, i) => anEvent({ id: eventIdOf(from + i), ...given }))

async function machine(server_url: string) {
  const waits: number[] = []
  const surroundings = testSurroundings({
    home: tempFolder(),
    sleep: async (ms) => void waits.push(ms),
    stdout: capture({ isTTY: true }),
  })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  onTestFinished(() => ledger.close())
  const context: SyncContext = {
    ledger,
    surroundings,
    settings: { hostname: 'studio', project_names: 'names', project_secret: undefined },
    server_url,
  }
  return {
    context,
    waits,
    write: (list: readonly UsageEvent[]) => ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, list)),
    sync: (options = {}) => sync(context, connect({ url: server_url, key: TEST_KEY }), options),
    waiting: () => waitingCount(ledger.db, server_url),
  }
}

describe('a sync', () => {
  test('sends what is new, and nothing again', async () => {
    const server = await startServer(tempFolder())
    const { write, sync, waiting } = await machine(server.url)
    await write(events(0, 2500))
    expect(await sync()).toMatchObject({ sent: 2500, stored: 2500, batches: 3 })
    expect(await sync()).toMatchObject({ sent: 0, stored: 0, batches: 1 })
    await write(events(2400, 2600, { output_tokens: 999 }))
    expect(await sync()).toMatchObject({ sent: 200, stored: 200 })
    expect(await sync({ from_start: true })).toMatchObject({ sent: 2600, stored: 0 })
    expect([await waiting(), (await server.client.reports.totals({})).total_messages]).toEqual([0, 2600])
  })

  test('that someone waits for says how far it is, and leaves nothing of it behind', async () => {
    const server = await startServer(tempFolder())
    const { write, context } = await machine(server.url)
    await write(events(0, 6500))
    const stderr = capture({ isTTY: true, columns: 80 })
    const watched = { ...context, surroundings: { ...context.surroundings, stderr } }
    const client = connect({ url: server.url, key: TEST_KEY })
    expect(await syncWatched(watched, client)).toMatchObject({ sent: 6500, stored: 6500 })
    const lines = stderr.text.split('\r\u001b[K')
    expect(lines).toEqual([
      '',
      ...[1, 2, 3, 4, 5, 6, 6.5].map((n) => `Sent ${n.toFixed(3).replace('.', ',')} of 6,500 records`),
      '',
    ])
    const log = capture()
    await write(events(7000, 13_000))
    await syncWatched({ ...context, surroundings: { ...context.surroundings, stderr: log } }, client)
    expect(log.text).toBe('')
  })

  test('goes on with what was made ahead only where the server is as far', async () => {
    const server = await startServer(tempFolder())
    const { write, context, waiting } = await machine(server.url)
    await write(events(0, 3500))
    const real = connect({ url: server.url, key: TEST_KEY })
    let calls = 0
    const lossy = {
      async sync(body: Uint8Array) {
        const answer = await real.sync(body)
        // The second batch arrives; its answer does not.
        if (++calls === 2) throw new Problem('unreachable', 'gone')
        return answer
      },
    }
    await expect(sync(context, lossy)).rejects.toMatchObject({ code: 'unreachable' })
    expect(await waiting()).toBe(2500)
    await write(events(500, 600, { output_tokens: 999 }))
    expect(await sync(context, lossy)).toMatchObject({ sent: 2600 })
    expect([await waiting(), (await server.client.reports.totals({})).total_messages]).toEqual([0, 3500])
  })

  test('heals a server that was restored from a backup, or replaced by an empty one', async () => {
    const folder = tempFolder()
    const first = await startServer(folder)
    const port = Number(new URL(first.url).port)
    const { write, sync } = await machine(first.url)
    await write(events(0, 1200))
    await sync()
    await first.running.close()
    const backup = await first.store.copy()

    const second = await startServer(folder, { port, store: first.store })
    await write(events(1200, 3000))
    expect(await sync()).toMatchObject({ stored: 1800 })
    await second.running.close()

    const restored = await startServer(folder, { port, store: backup })
    expect(await sync()).toMatchObject({ stored: 1800 })
    expect((await restored.client.reports.totals({})).total_messages).toBe(3000)
    await restored.running.close()

    const empty = await startServer(folder, { port })
    expect(await sync()).toMatchObject({ stored: 3000 })
    expect((await empty.client.reports.totals({})).total_messages).toBe(3000)
  })

  test('keeps an event that the server refuses apart, and sends the others', async () => {
    const server = await startServer(tempFolder())
    const { write, sync, waiting, context } = await machine(server.url)
    await write([...events(0, 5), anEvent({ id: eventIdOf(99), model: 'bad\u001b[31m' }), ...events(5, 9)])
    expect(await sync()).toMatchObject({ sent: 10, stored: 9, rejected: 1 })
    expect(await waiting()).toBe(0)
    const { surroundings, ledger } = context
    await showStatus(ledger, { server_url: server.url } as never, {}, surroundings)
    expect((surroundings.stdout as ReturnType<typeof capture>).text).toContain('Refused    1 event (invalid-name)')
  })

  test('halves its batches for a server that finds them too large', async () => {
    const sizes: number[] = []
    const { url } = await foreignServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const batch = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as SyncRequest2
        const rows = batch.events.rows.length
        sizes.push(rows)
        if (rows > 300) return response.writeHead(413).end('{"code":"too-large","detail":"too large"}')
        const answer = {
          protocol_version: 2,
          acknowledged: batch.up_to,
          stored: rows,
          unchanged: 0,
          rejected: [],
          ignored_columns: 0,
        }
        return response.end(JSON.stringify(answer))
      })
    })
    const { write, sync } = await machine(url)
    await write(events(0, 1000))
    expect(await sync()).toMatchObject({ sent: 1000, stored: 1000 })
    expect(sizes).toEqual([1000, 500, 250, 250, 250, 250])
  })

  test('waits as long as the server asks, and gives up when that is too long', async () => {
    let refusals = 3
    let seconds = '2'
    const { url } = await foreignServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (refusals-- > 0)
          return response.writeHead(429, { 'Retry-After': seconds }).end('{"code":"rate-limited","detail":"slow down"}')
        const batch = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as SyncRequest2
        const answer = {
          protocol_version: 2,
          acknowledged: batch.up_to,
          stored: 1,
          unchanged: 0,
          rejected: [],
          ignored_columns: 0,
        }
        return response.end(JSON.stringify(answer))
      })
    })
    const { write, sync, waits, waiting } = await machine(url)
    await write(events(0, 1))
    expect(await sync()).toMatchObject({ sent: 1 })
    expect(waits).toEqual([2000, 2000, 2000])
    refusals = 1
    seconds = '3600'
    await write(events(1, 2))
    await expect(sync()).rejects.toMatchObject({ code: 'rate-limited' })
    expect([waits.length, await waiting()]).toEqual([3, 1])
  })
})
