import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { aBatch } from '../server/testing.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { tempFolder } from './support/folders.ts'
import { startPostgres } from './support/postgres-server.ts'
import { serveForge } from './support/program.ts'
import { contentOf, messagesOf, postBatch } from './support/server-data.ts'
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
    expect(await messagesOf(server.url)).toBe(batches * PER_BATCH)
  }

  rmSync(filler)
  const taken = await post(server.url, batches)
  expect([taken.status, await taken.json()]).toMatchObject([200, { stored: PER_BATCH }])
  expect(await messagesOf(server.url)).toBe((batches + 1) * PER_BATCH)
  expect(await contentOf(postgres.url)).toMatchObject({ events: (batches + 1) * PER_BATCH, wrong: 0 })
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
  const after = batch * PER_BATCH
  const events = Array.from({ length: PER_BATCH }, (_, i) =>
    anEvent({ id: eventIdOf(after + i), session: `session-${(after + i) >> 5}` }),
  )
  return postBatch(url, aBatch(events, { after }))
}
