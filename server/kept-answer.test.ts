import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listen, stopListening } from './listen.ts'
import { aBatch, anEvent, aServer, eventId, TEST_KEY } from './testing.ts'

/** A server with its socket, which has some hundred projects to tell of. */
async function listening() {
  const made = await aServer()
  const events = Array.from({ length: 100 }, (_, n) => anEvent({ id: eventId(n), project: `project-${n}` }))
  await made.sync(aBatch(events))
  const { server, port } = await listen(made.app, { host: '127.0.0.1', port: 0 }, fetch)
  onTestFinished(() => stopListening(server, 0))
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const asking = request({ port, path, method, headers: { 'X-API-Key': TEST_KEY, ...headers } })
    asking.end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }
  }
}

const PATH = '/v1/stats/projects'

describe('an answer that is kept', () => {
  test('is the same the first time, again, compressed, and for who has it', async () => {
    const ask = await listening()
    const first = await ask(PATH)
    const again = await ask(PATH)
    expect(again.body).toEqual(first.body)
    expect((JSON.parse(first.body.toString()) as { projects: unknown[] }).projects.length).toBeGreaterThan(10)
    const compressed = await ask(PATH, { 'Accept-Encoding': 'br, gzip;q=0.5' })
    expect(compressed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(compressed.body)).toEqual(first.body)
    const etag = first.headers.etag as string
    expect(compressed.headers.etag).toBe(etag)
    const known = await ask(PATH, { 'If-None-Match': etag })
    expect([known.status, known.body.length]).toEqual([304, 0])
  })

  test('has the headers of every answer, whoever asks for it', async () => {
    const ask = await listening()
    const answer = await ask(PATH)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(answer.body.length),
      'cache-control': 'private, no-cache',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'X-API-Key, X-Share, Cookie, Accept-Encoding',
    })
    const head = await ask(PATH, {}, 'HEAD')
    expect([head.status, head.body.length, head.headers.etag]).toEqual([200, 0, answer.headers.etag])
    expect((await ask(PATH, { 'X-API-Key': 'another' })).status).toBe(401)
  })

  test.each(['identity', 'br', 'gzip;q=0', 'gzip; q=0.0', 'xgzip', ''])(
    'goes as it is to who accepts “%s”',
    async (accepted) => {
      const ask = await listening()
      const answer = await ask(PATH, { 'Accept-Encoding': accepted })
      expect(answer.headers['content-encoding']).toBeUndefined()
      expect(answer.body.toString()).toMatch(/^\{/)
    },
  )

  test('is not compressed where it is short', async () => {
    const ask = await listening()
    expect((await ask('/v1/stats/totals', { 'Accept-Encoding': 'gzip' })).headers['content-encoding']).toBeUndefined()
  })
})
