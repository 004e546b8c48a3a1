import { describe, expect, test } from 'vitest'
import { KEY_HEADER } from '../../api/paths.ts'
import { hashSecret } from '../secrets.ts'
import { aKey, aServer, TEST_KEY, type TestServer } from '../testing.ts'
import { addressGroup } from './address-group.ts'

const PATH = '/v1/stats/machines'

/** Asks with a key, from an address. */
function ask({ app }: TestServer, key: string | undefined, from = '192.0.2.1'): Promise<Response> {
  const headers: Record<string, string> = key === undefined ? {} : { [KEY_HEADER]: key }
  return Promise.resolve(app.request(PATH, { headers }, { incoming: { socket: { remoteAddress: from } } }))
}

async function statuses(answers: readonly Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(answers)).map((answer) => answer.status)
}

describe('keys', () => {
  test('a request without a key is told how to get one', async () => {
    const server = await aServer()
    for (const key of [undefined, '']) {
      const answer = await ask(server, key)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('WWW-Authenticate')).toBe('ApiKey')
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated', hint: /forge login URL/ })
    }
  })

  test('a wrong key is refused, the right one is not', async () => {
    const server = await aServer()
    const wrong = [`${TEST_KEY}x`, TEST_KEY.slice(1), TEST_KEY.toUpperCase(), hashSecret(TEST_KEY)]
    expect(await statuses(wrong.map((key) => ask(server, key)))).toEqual([401, 401, 401, 401])
    expect((await ask(server, TEST_KEY)).status).toBe(200)
  })

  test('a key in a query, a cookie or another header is not looked at', async () => {
    const { app } = await aServer()
    const basic = Buffer.from(`x:${TEST_KEY}`).toString('base64')
    const answers = [
      app.request(`${PATH}?api_key=${TEST_KEY}`),
      app.request(`${PATH}?${KEY_HEADER}=${TEST_KEY}`),
      app.request(PATH, { headers: { Cookie: `${KEY_HEADER}=${TEST_KEY}` } }),
      app.request(PATH, { headers: { Authorization: `Bearer ${TEST_KEY}` } }),
      app.request(PATH, { headers: { Authorization: `Basic ${basic}` } }),
    ]
    expect(await statuses(answers.map((answer) => Promise.resolve(answer)))).toEqual([401, 401, 401, 401, 401])
  })

  test('the key header sent twice is a bad request, also when both are right', async () => {
    const { app } = await aServer()
    const headers = new Headers({ [KEY_HEADER]: TEST_KEY })
    headers.append(KEY_HEADER, TEST_KEY)
    const answer = await app.request(PATH, { headers })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid-request', detail: /more than once/ })
  })

  test('a key of an older server goes on, and is an administrator’s', async () => {
    const server = await aServer({ api_key: undefined })
    const { db } = server.options
    const key = `cf_admin_${'A'.repeat(43)}`
    const row = { id: '0123456789abcdef', hash: hashSecret(key), scope: 'admin', label: 'made at the first start' }
    expect((await ask(server, key)).status).toBe(401)
    await db
      .insertInto('api_key')
      .values({ ...row, created_at: 1, last_used: 0 } as never)
      .execute()
    expect((await ask(server, key)).status).toBe(200)
    const headers = { [KEY_HEADER]: key }
    expect(await (await server.app.request('/v1/key', { headers })).json()).toMatchObject({ id: row.id, kind: 'admin' })
  })

  test('a key that is removed stops working with the next request', async () => {
    const server = await aServer({ api_key: undefined })
    const key = await aKey(server, 'read')
    expect((await ask(server, key)).status).toBe(200)
    await server.options.db.deleteFrom('api_key').execute()
    expect((await ask(server, key)).status).toBe(401)
  })
})

describe('guessing keys', () => {
  test('after ten wrong keys an address is refused for a minute, whatever it sends', async () => {
    const server = await aServer()
    for (let i = 0; i < 10; i++) expect((await ask(server, `guess-${i}`)).status).toBe(401)
    const refused = await ask(server, 'guess-10')
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('Retry-After'))
    expect(seconds).toBeGreaterThanOrEqual(55)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await refused.json()).toMatchObject({ code: 'rate-limited', retry_after_s: seconds })
    expect((await ask(server, TEST_KEY)).status).toBe(429)
    expect((await ask(server, TEST_KEY, '192.0.2.2')).status).toBe(200)
  })

  test('guesses that arrive together are counted, too', async () => {
    const server = await aServer()
    const together = await statuses(Array.from({ length: 100 }, (_, i) => ask(server, `guess-${i}`)))
    expect(together.filter((status) => status === 401)).toHaveLength(10)
    expect(together.filter((status) => status === 429)).toHaveLength(90)
  })

  test('right keys are not counted as guesses, however many arrive together', async () => {
    const server = await aServer()
    const right = await statuses(Array.from({ length: 100 }, () => ask(server, TEST_KEY)))
    expect(new Set(right)).toEqual(new Set([200]))
    for (let i = 0; i < 10; i++) expect((await ask(server, `guess-${i}`)).status).toBe(401)
  })

  test('an address that the client claims does not help', async () => {
    const { app } = await aServer()
    const guess = (i: number) =>
      app.request(
        PATH,
        {
          headers: { [KEY_HEADER]: `guess-${i}`, 'X-Forwarded-For': `203.0.113.${i}`, Forwarded: `for=203.0.113.${i}` },
        },
        { incoming: { socket: { remoteAddress: '192.0.2.1' } } },
      )
    for (let i = 0; i < 10; i++) expect((await guess(i)).status).toBe(401)
    expect((await guess(10)).status).toBe(429)
  })

  test('the addresses of one IPv6 network are one', async () => {
    const server = await aServer({ limits: { wrong_keys: 2 } })
    expect((await ask(server, 'guess', '2001:db8:1:2::1')).status).toBe(401)
    expect((await ask(server, 'guess', '2001:db8:1:2:ffff::9')).status).toBe(401)
    expect((await ask(server, 'guess', '2001:db8:1:2:3:4:5:6')).status).toBe(429)
    expect((await ask(server, 'guess', '2001:db8:1:3::1')).status).toBe(401)
  })

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})

test('one key may ask so often a minute, and others are not affected', async () => {
  const server = await aServer({ limits: { requests: 3 } })
  const other = await aKey(server, 'read')
  for (let i = 0; i < 3; i++) expect((await ask(server, TEST_KEY, `192.0.2.${i}`)).status).toBe(200)
  const refused = await ask(server, TEST_KEY, '192.0.2.9')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
  expect((await ask(server, other)).status).toBe(200)
})
