import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { engineOf } from '../store/engine.ts'
import { openServerLedger } from '../store/open.ts'
import { aBatch, anEvent, aServer, eventId, tempFolder } from './testing.ts'

/** A server with two events in a file, and what it leaves in the folder for temporary files, which is the test's own. */
async function aServerWithFile() {
  const { db, close } = await openServerLedger(join(tempFolder(), 'usage.db'))
  onTestFinished(close)
  const server = await aServer({ db })
  await server.sync(aBatch([anEvent({ id: eventId(1) }), anEvent({ id: eventId(2) })]))
  const temporary = tempFolder()
  stubTemporary(temporary)
  return { server, leftovers: () => readdirSync(temporary) }
}

function stubTemporary(folder: string): void {
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe('a copy of the ledger', () => {
  test('holds all of it, and nothing of it stays behind', async () => {
    const { server, leftovers } = await aServerWithFile()
    const answer = await server.request('GET', '/v1/backup')
    expect(answer.headers.get('Content-Type')).toBe('application/vnd.sqlite3')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect(answer.headers.get('Content-Length')).toBe(String(bytes.length))
    expect(leftovers()).toEqual([])
    const path = join(tempFolder(), 'usage.db')
    writeFileSync(path, bytes)
    const copied = await openServerLedger(path)
    onTestFinished(copied.close)
    const restored = await aServer({ db: copied.db })
    const totals = await restored.get('/v1/stats/totals')
    expect(totals).toEqual(await server.get('/v1/stats/totals'))
    expect(totals).toMatchObject({ total_messages: 2 })
  })

  test('is forgotten when its reader goes away, or asked for its head alone', async () => {
    const { server, leftovers } = await aServerWithFile()
    const head = await server.request('HEAD', '/v1/backup')
    expect([head.status, head.body]).toEqual([200, null])
    expect(leftovers()).toEqual([])
    const answer = await server.request('GET', '/v1/backup')
    expect(leftovers()).toHaveLength(1)
    await answer.body?.cancel()
    expect(leftovers()).toEqual([])
  })

  test('is not made where it cannot be written', async () => {
    const { server } = await aServerWithFile()
    stubTemporary(join(tempFolder(), 'nowhere'))
    expect((await server.request('GET', '/v1/backup')).status).toBe(503)
  })

  test('is left to PostgreSQL’s own tools', async () => {
    const server = await aServer()
    const answer = await server.request('GET', '/v1/backup')
    const isPostgres = engineOf(server.options.db) === 'postgres'
    expect(answer.status).toBe(isPostgres ? 400 : 200)
    expect((await answer.text()).includes('pg_dump')).toBe(isPostgres)
  })
})
