import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { encodeEvents } from '../api/event-table.ts'
import { openServerLedger } from '../store/open.ts'
import { wrongCells } from '../store/rollup.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { tempFolder } from './support/folders.ts'
import { startPostgres } from './support/postgres-server.ts'
import { serveForge } from './support/program.ts'
import { TEST_KEY } from './support/server.ts'
import { smallDisk, whyNoSmallDisk } from './support/small-disk.ts'

/** A new cluster has 40 MiB, and its log grows by 16 MiB at once. */
const DISK_MIB = 160
/** What is left of it: enough for some batches, and less than one of the log’s files. */
const LEFT = 3 << 20
const PER_BATCH = 1000

test('a PostgreSQL whose disk is full takes no batch, answers reports, has all it acknowledged, and goes on when there is room', async (context) => {
  const missing = whyNoSmallDisk()
  if (missing !== undefined) return context.skip(missing)
  const disk = smallDisk(DISK_MIB)
  const postgres = await startPostgres({ folder: join(disk, 'pg') })
  onTestFinished(() => postgres.remove())
  const server = await serveForge({
    home: tempFolder(),
    env: { FORGE_API_KEY: TEST_KEY, FORGE_DATABASE_URL: postgres.url },
  })
  await takeNewLogFile(postgres.url)
  const filler = fillBut(disk, LEFT)

  let batches = 0
  let answer = await post(server.url, batches)
  for (; answer.status === 200; answer = await post(server.url, batches)) {
    expect(((await answer.json()) as { acknowledged: number }).acknowledged).toBe(++batches * PER_BATCH)
  }
  expect(batches).toBeGreaterThan(0)
  for (const refused of [answer, await post(server.url, batches)]) {
    expect(refused.status).toBe(507)
    expect(await refused.json()).toMatchObject({ code: 'storage', detail: /disk is full.*Nothing was lost/ })
    expect(await totals(server.url)).toBe(batches * PER_BATCH)
  }

  rmSync(filler)
  const taken = await post(server.url, batches)
  expect([taken.status, await taken.json()]).toMatchObject([200, { stored: PER_BATCH }])
  expect(await totals(server.url)).toBe((batches + 1) * PER_BATCH)
  expect(await contentOf(postgres.url)).toEqual({ events: (batches + 1) * PER_BATCH, wrong: 0 })
  expect(server.child.exitCode).toBe(null)
})

/** So that what is full first is the data: a log that cannot grow ends PostgreSQL, and is another test. */
async function takeNewLogFile(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('select pg_switch_wal()')
  await client.query('checkpoint')
  await client.end()
}

/** Writes a file that leaves so many bytes of a disk. */
function fillBut(disk: string, left: number): string {
  const { bavail, bsize } = statfsSync(disk)
  const path = join(disk, 'filler')
  writeFileSync(path, Buffer.alloc(bavail * bsize - left))
  return path
}

function post(url: string, batch: number): Promise<Response> {
  const first = batch * PER_BATCH
  const events = Array.from({ length: PER_BATCH }, (_, i) =>
    anEvent({ id: eventIdOf(first + i), session: `session-${(first + i) >> 5}` }),
  )
  return fetch(`${url}/v1/sync`, {
    method: 'POST',
    headers: { 'X-API-Key': TEST_KEY },
    body: JSON.stringify({
      protocol_version: 2,
      machine: { id: 'machine-a', hostname: 'machine-a' },
      ledger: 'ledger',
      after: first,
      up_to: first + PER_BATCH,
      events: encodeEvents(events),
    }),
  })
}

async function totals(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/stats/totals`, { headers: { 'X-API-Key': TEST_KEY } })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { total_messages: number }).total_messages
}

async function contentOf(url: string): Promise<{ events: number; wrong: number }> {
  const { db, close } = await openServerLedger(url)
  const rows = await db.selectFrom('event').select('id').execute()
  const { wrong } = await wrongCells(db, ONLY_OWNER)
  await close()
  return { events: rows.length, wrong }
}
