import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inflate, MAX_BODY_BYTES, readJson } from './body.ts'
import { aBatch, anEvent, aServer } from './testing.ts'

const MIB = 1024 * 1024

type Body = string | Uint8Array | ReadableStream

/** A body that is sent in parts, without a length. */
function stream(parts: Iterable<Uint8Array>): { body: ReadableStream; taken: () => number } {
  const iterator = parts[Symbol.iterator]()
  let taken = 0
  const body = new ReadableStream({
    pull(controller) {
      const next = iterator.next()
      if (next.done === true) return controller.close()
      taken++
      controller.enqueue(next.value)
    },
  })
  return { body, taken: () => taken }
}

function post(body: Body, headers: Record<string, string> = {}): Request {
  return new Request('http://forge/v1/sync', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

async function problemCode(body: Body, headers: Record<string, string> = {}): Promise<unknown> {
  return readJson(post(body, headers)).then(
    () => 'read',
    (problem: { code: unknown }) => problem.code,
  )
}

describe('a body', () => {
  test('is read plain, gzipped, and in pieces that cut letters in two', async () => {
    const value = { name: 'Größe', rows: [1, 2, 3] }
    const bytes = Buffer.from(JSON.stringify(value))
    expect(await readJson(post(bytes))).toEqual(value)
    expect(await readJson(post(gzipSync(bytes), { 'Content-Encoding': 'GZIP' }))).toEqual(value)
    expect(await readJson(post(stream(Array.from(bytes, (byte) => Uint8Array.of(byte))).body))).toEqual(value)
  })

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['half of a document', '{"protocol_version":'],
    ['two documents', '{}{}'],
    ['letters that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('that is %s is no JSON', async (_, body) => {
    expect(await problemCode(body)).toBe('invalid-request')
  })

  test('is not quoted in the refusal', async () => {
    const error = await readJson(post('canary-3f9a is not JSON')).catch((problem: unknown) => problem)
    expect(String((error as Error).message) + String((error as Error).cause)).not.toContain('canary')
  })

  test('that calls itself gzip and is not, or ends early, is a bad request', async () => {
    const gzip = { 'Content-Encoding': 'gzip' }
    expect(await problemCode('{}', gzip)).toBe('invalid-request')
    expect(await problemCode(gzipSync('{"a":1}').subarray(0, 12), gzip)).toBe('invalid-request')
  })

  test.each(['gzip, gzip', 'br', 'deflate', 'zstd', 'gzip;q=1', 'identity, gzip'])(
    'with the encoding “%s” is not read',
    async (encoding) => {
      expect(await problemCode(deflateSync('{}'), { 'Content-Encoding': encoding })).toBe('unsupported-encoding')
    },
  )

  test('that says it is too large is refused before any of it is read', async () => {
    const { body, taken } = stream([Buffer.from('{}')])
    expect(await problemCode(body, { 'Content-Length': String(MAX_BODY_BYTES + 1) })).toBe('too-large')
    // The stream itself fetches one part ahead.
    expect(taken()).toBeLessThanOrEqual(1)
  })

  test('that does not say how large it is is refused at the limit, not at its end', async () => {
    const endless = function* () {
      for (;;) yield new Uint8Array(MIB)
    }
    const { body, taken } = stream(endless())
    expect(await problemCode(body)).toBe('too-large')
    expect(taken()).toBeLessThanOrEqual(MAX_BODY_BYTES / MIB + 3)
  })

  test('of exactly the limit is read', async () => {
    const text = `"${'x'.repeat(MAX_BODY_BYTES - 2)}"`
    expect(await readJson(post(text))).toHaveLength(MAX_BODY_BYTES - 2)
    expect(await problemCode(`${text} `)).toBe('too-large')
    expect(await problemCode(gzipSync(`${text} `), { 'Content-Encoding': 'gzip' })).toBe('too-large')
  })

  test('that inflates to a gigabyte is stopped at the limit', async () => {
    const megabyte = gzipSync(Buffer.alloc(MIB))
    const bomb = Buffer.concat(Array.from({ length: 1024 }, () => megabyte))
    expect(bomb.byteLength).toBeLessThan(2 * MIB)
    const before = process.resourceUsage().maxRSS
    expect(await problemCode(bomb, { 'Content-Encoding': 'gzip' })).toBe('too-large')
    const grown_mib = (process.resourceUsage().maxRSS - before) / 1024
    expect(grown_mib).toBeLessThan(128)
  })

  test('inflates to no more than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000))
    expect(await inflate(bomb, 100_000)).toHaveLength(100_000)
    await expect(inflate(bomb, 99_999)).rejects.toMatchObject({ code: 'too-large' })
  })

  test('with __proto__ in it changes no object but itself', async () => {
    const server = await aServer()
    const text = JSON.stringify(aBatch([anEvent()])).replace('{', '{"__proto__":{"polluted":1},"constructor":{},')
    expect(await server.sync(JSON.parse(text))).toMatchObject({ stored: 1 })
    expect((await server.request('POST', '/v1/sync', text)).status).toBe(200)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    const answer = await server.request('POST', '/v1/sync', '{"__proto__":{"protocol_version":2}}')
    expect(await answer.json()).toMatchObject({ code: 'unsupported-protocol' })
  })

  test('that is nested a million times is refused, and the server goes on', async () => {
    const server = await aServer()
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    expect((await server.request('POST', '/v1/sync', deep)).status).toBe(400)
    const nested = JSON.stringify(aBatch([anEvent()])).replace('{', `{"deep":${deep},`)
    const refused = await server.request('POST', '/v1/sync', nested)
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('more than 64 levels deep')])
    const texts = JSON.stringify(aBatch([anEvent()])).replace('{', `{"text":"${'[{\\"'.repeat(200)}",`)
    expect((await server.request('POST', '/v1/sync', texts)).status).toBe(200)
  })
})

test('a body is not read before its key is known', async () => {
  const { app } = await aServer()
  const { body, taken } = stream([Buffer.from('{}'), Buffer.from('{}')])
  const init = { method: 'POST', body, headers: { 'X-API-Key': 'wrong' }, duplex: 'half' } as RequestInit
  expect((await app.request('/v1/sync', init)).status).toBe(401)
  expect(taken()).toBeLessThanOrEqual(1)
})
