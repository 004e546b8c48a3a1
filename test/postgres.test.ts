import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ledgerPath } from '../client/config.ts'
import { liveNews } from '../server/live.ts'
import { aBatch } from '../server/testing.ts'
import { record } from '../store/ledger.ts'
import { openMachineLedger, openServerLedger } from '../store/open.ts'
import { refuseUnusable } from '../store/postgres.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { tempFolder } from './support/folders.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from './support/postgres-server.ts'
import { runForge, serveForge } from './support/program.ts'
import { contentOf, messagesOf, postBatch } from './support/server-data.ts'
import { TEST_KEY } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

const missing = whyNoPostgres()
const where = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`a server on PostgreSQL${where}`, () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.remove())

  /** Runs statements as the superuser. */
  const administer = (...statements: string[]) => administerAt(postgres.url, ...statements)

  async function administerAt(url: string, ...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  async function database(name: string, user = 'postgres', more = ''): Promise<string> {
    await administer(`create database ${name}`)
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    url.username = user
    return `${url.href}${more}`
  }

  const serverOn = (url: string, home = tempFolder()) =>
    serveForge({ home, env: { FORGE_API_KEY: TEST_KEY, FORGE_DATABASE_URL: url } })

  /** A machine with so many events in its ledger, none of them sent. */
  async function machine(events: number, from = 0): Promise<string> {
    const home = tempFolder()
    const ledger = await openMachineLedger(ledgerPath(testSurroundings({ home })))
    const list = Array.from({ length: events }, (_, i) => anEvent({ id: eventIdOf(from + i), session: `s${i >> 5}` }))
    await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, list))
    await ledger.close()
    return home
  }

  const sync = (home: string, url: string) =>
    runForge(['sync', '--retry'], { home, env: { FORGE_API_KEY: TEST_KEY, FORGE_SERVER_URL: url } })

  test('that crashes says to come back, goes on by itself, and has lost and doubled nothing', async () => {
    const url = await database('crashing')
    const server = await serverOn(url)
    const home = await machine(6000)
    let crashes = 0
    for (let tries = 0; tries < 40; tries++) {
      const syncing = sync(home, server.url)
      if (crashes < 3) {
        await new Promise((resolve) => setTimeout(resolve, 150 + 100 * crashes++))
        await postgres.stop('immediate')
        const answer = await fetch(`${server.url}/v1/stats/totals`, { headers: { 'X-API-Key': TEST_KEY } })
        expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
        await postgres.start()
      }
      const { code } = await syncing
      if (code === 0 && crashes === 3) break
    }
    expect(await contentOf(url)).toMatchObject({ events: 6000, wrong: 0 })
    expect(server.child.exitCode).toBe(null)
  })

  test('that is read-only stores nothing, says so, and answers reports', async () => {
    const url = await database('frozen')
    const server = await serverOn(url)
    const home = await machine(1500)
    expect((await sync(home, server.url)).code).toBe(0)
    await administer(
      'alter database frozen set default_transaction_read_only = on',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'frozen'`,
    )
    const more = await machine(10, 5000)
    const refused = await sync(more, server.url)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('cannot be written')])
    expect(await messagesOf(server.url)).toBe(1500)
    await administer(
      'alter database frozen set default_transaction_read_only = off',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'frozen'`,
    )
    expect((await sync(more, server.url)).code).toBe(0)
    expect(await contentOf(url)).toMatchObject({ events: 1510, wrong: 0 })
  })

  test('that is too slow is given up, and the machine told to come back', async () => {
    const url = await database('slow')
    const server = await serverOn(`${url}&lock_timeout=100`)
    const home = await machine(5)
    expect((await sync(home, server.url)).code).toBe(0)
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin')
    await other.query('select * from data_version for update')
    const answer = await postBatch(server.url, aBatch([]))
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
    await other.query('rollback')
    await other.end()
    expect((await sync(home, server.url)).code).toBe(0)
  })

  test('that is full stores nothing, says so, and answers reports', async () => {
    const url = await database('full_disk')
    const server = await serverOn(url)
    const home = await machine(1500)
    expect((await sync(home, server.url)).code).toBe(0)
    // As PostgreSQL says it, everywhere; test/full-disk.test.ts fills a disk where one can be mounted.
    await administerAt(
      url,
      `create function no_space() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`,
      'create trigger no_space before insert on event for each statement execute function no_space()',
    )
    const more = await machine(10, 5000)
    const refused = await sync(more, server.url)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('disk')])
    expect(await messagesOf(server.url)).toBe(1500)
    await administerAt(url, 'drop trigger no_space on event')
    expect((await sync(more, server.url)).code).toBe(0)
    expect(await contentOf(url)).toMatchObject({ events: 1510, wrong: 0 })
  })

  test('without the right to make tables says which database and what to do, and changes nothing', async () => {
    await administer('create role outsider login')
    const url = await database('closed', 'outsider')
    const ended = await serverOn(url).catch((error: Error) => error.message)
    expect(ended).toMatch(/may not make or change its tables/)
    expect(ended).toMatch(/alter database NAME owner to USER/)
  })

  test('that is not there, or not the one, is told from one that is', async () => {
    const missingOne = new URL(await database('there'))
    missingOne.pathname = '/not_there'
    await expect(openServerLedger(missingOne.href)).rejects.toMatchObject({ code: 'storage', hint: /createdb/ })
    const away = 'postgres://forge:secret@127.0.0.1:1/usage'
    await expect(openServerLedger(away)).rejects.toMatchObject({
      code: 'unavailable',
      message: /127\.0\.0\.1:1\/usage/,
    })
    await expect(openServerLedger(away)).rejects.not.toThrow(/secret/)
    expect(() => refuseUnusable(130_012, 'UTF8')).toThrow(/of version 13; 14 or newer/)
    expect(() => refuseUnusable(150_018, 'LATIN1')).toThrow(/LATIN1/)
    expect(() => refuseUnusable(150_018, 'UTF8')).not.toThrow()
  })

  test('servers that start at once on an empty database migrate it once', async () => {
    const url = await database('fresh')
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => openServerLedger(url)))
    for (const ledger of ledgers) {
      expect(await ledger.db.selectFrom('event').selectAll().execute()).toEqual([])
      await ledger.close()
    }
  })

  test('two servers behind one address share everything, and one may be killed', { timeout: 120_000 }, async () => {
    const url = await database('shared')
    const [a, b] = [await serverOn(url), await serverOn(url)]
    const front = await inTurn([a.url, b.url])
    const homes = [await machine(5000), await machine(5000, 2500), await machine(5000, 5000)]
    const syncing = homes.map((home) => sync(home, front))
    await new Promise((resolve) => setTimeout(resolve, 400))
    await a.kill('SIGKILL')
    await Promise.all(syncing)
    // What was cut off goes on with the next run, on the server that is left.
    for (const home of homes) expect((await sync(home, b.url)).code).toBe(0)
    expect(await contentOf(url)).toMatchObject({ events: 10_000, wrong: 0 })
    expect(await messagesOf(b.url)).toBe(10_000)

    const again = await serverOn(url)
    expect(await messagesOf(again.url)).toBe(await messagesOf(b.url))
    const guess = (server: string) => fetch(`${server}/v1/stats/totals`, { headers: { 'X-API-Key': 'a-wrong-key' } })
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await guess(i % 2 === 0 ? b.url : again.url)).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
  })

  test('tells each server of what the others record, also after the connection that tells has broken', async () => {
    const url = await database('told')
    const a = await serverOn(url)
    const b = await openServerLedger(url)
    // Whoever only looks would hear of nothing for an hour.
    const news = liveNews(b.db, { pool: b.pool, look_ms: { told: HOUR_MS, untold: HOUR_MS } })
    const heard: number[] = []
    news.listen(
      ONLY_OWNER,
      (version) => heard.push(version),
      () => undefined,
    )
    const recordsMore = async (home: string) => {
      const before = heard.length
      expect((await sync(home, a.url)).code).toBe(0)
      await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(before)
    }
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(0)
    await recordsMore(await machine(5))
    await administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'told' and query like 'listen%'`,
    )
    await recordsMore(await machine(5, 100))
    await news.close()
    await b.close()
  })

  test('tells who watches one of two servers what comes to the other, which is then killed', async () => {
    const url = await database('watched')
    const [a, b] = [await serverOn(url), await serverOn(url)]
    const versions = await watched(b.url)
    expect((await sync(await machine(5), a.url)).code).toBe(0)
    await expect.poll(() => versions.at(-1), { timeout: 60_000 }).toBe(await currentVersion(b.url))
    const before = versions.length
    await a.kill('SIGKILL')
    expect((await sync(await machine(5, 100), b.url)).code).toBe(0)
    await expect.poll(() => versions.at(-1), { timeout: 60_000 }).toBe(await currentVersion(b.url))
    expect(versions.length).toBeGreaterThan(before)
  })
})

const HOUR_MS = 3_600_000

/** The versions that a browser is told which watches a server. */
async function watched(url: string): Promise<string[]> {
  const versions: string[] = []
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const answer = await fetch(`${url}/v1/live`, { headers: { 'X-API-Key': TEST_KEY }, signal: stop.signal })
  const reading = async () => {
    const text = new TextDecoder()
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      for (const [, version = ''] of text.decode(chunk).matchAll(/^data: (\d+)$/gm)) versions.push(version)
    }
  }
  void reading().catch(() => undefined)
  return versions
}

/** What someone who comes now is told first. */
async function currentVersion(url: string): Promise<string> {
  const versions = await watched(url)
  await expect.poll(() => versions.length, { timeout: 60_000 }).toBeGreaterThan(0)
  return versions[0] as string
}

/** A proxy that hands requests to servers in turn; one that is gone is left out. */
async function inTurn(servers: readonly string[]): Promise<string> {
  let turn = 0
  const proxy = createServer((incoming, answer) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const attempt = (left: number) => {
        const target = new URL(incoming.url ?? '/', servers[turn++ % servers.length])
        const outgoing = request(target, { method: incoming.method, headers: incoming.headers }, (from) => {
          answer.writeHead(from.statusCode ?? 502, from.headers)
          from.pipe(answer)
        })
        outgoing.on('error', () => (left > 1 && !answer.headersSent ? attempt(left - 1) : answer.destroy()))
        outgoing.end(Buffer.concat(chunks))
      }
      attempt(servers.length)
    })
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
