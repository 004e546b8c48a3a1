import { describe, expect, test } from 'vitest'
import { foreignServer } from '../test/support/foreign-server.ts'
import { connect } from './client.ts'
import { serverUrl } from './server-url.ts'

const key = 'a-key'
const machines = (url: string, timeout_ms = 2000) => connect({ url, key }, { timeout_ms }).reports.machines({})

describe('a server that is not ours, or not well', () => {
  test.each([
    ['a web page', 200, '<!doctype html><title>Sign in to the hotel network</title>', 'answered a web page'],
    ['an error page', 404, '<html>nginx</html>', 'answered a web page'],
    ['garbage', 200, '\u0000\u0001 not json', 'answered something else'],
    ['nothing', 200, '', 'answered nothing'],
    ['JSON of another program', 200, '{"ok":true}', 'answered something else'],
    ['a redirect', 302, '', 'answered nothing'],
  ])('that answers %s is told apart from one of ours', async (_what, status, body, sentence) => {
    const { url } = await foreignServer((_request, response) =>
      response.writeHead(status, { Location: '/x' }).end(body),
    )
    await expect(machines(url)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(sentence),
      hint: expect.stringContaining('forge config show'),
    })
  })

  test('that says 502 is unavailable for now, and says for how long', async () => {
    const { url } = await foreignServer((_request, response) =>
      response.writeHead(503, { 'Retry-After': '7' }).end('upstream'),
    )
    await expect(machines(url)).rejects.toMatchObject({ code: 'unavailable', details: { retry_after_s: 7 } })
  })

  test('that never answers, or drips, is given up in time', async () => {
    const silent = await foreignServer(() => undefined)
    await expect(machines(silent.url, 200)).rejects.toThrow(/Cannot reach .* \(no answer in time\)/)
    const dripping = await foreignServer((_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    })
    await expect(machines(dripping.url, 300)).rejects.toThrow(/no answer in time/)
  })

  test('that answers without end is cut off', async () => {
    const { url } = await foreignServer((_request, response) => {
      const block = 'x'.repeat(1024 * 1024)
      const more = (): void => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    await expect(machines(url, 20_000)).rejects.toThrow(/too large to be one of ours/)
  })

  test('that cuts the connection is unreachable', async () => {
    const { url } = await foreignServer((request) => request.socket.destroy())
    await expect(machines(url)).rejects.toThrow(/Cannot reach .* \(the connection was cut\)/)
  })

  test('that is not there is unreachable', async () => {
    await expect(machines('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('is never sent the key at another address', async () => {
    const other = await foreignServer((_request, response) => response.end('{}'))
    const { url } = await foreignServer((_request, response) =>
      response.writeHead(307, { Location: `${other.url}/v1/stats/machines` }).end(),
    )
    await expect(machines(url)).rejects.toThrow()
    expect(other.requests()).toBe(0)
  })
})

test('a refusal of a server of ours comes back as the problem that it is', async () => {
  const document = {
    code: 'position-mismatch',
    detail: 'Expected events after 5.',
    hint: 'Go on from there.',
    expected: 5,
  }
  const { url } = await foreignServer((_request, response) => response.writeHead(409).end(JSON.stringify(document)))
  await expect(machines(url)).rejects.toMatchObject({
    code: 'position-mismatch',
    message: 'Expected events after 5.',
    hint: 'Go on from there.',
    details: { expected: 5 },
  })
})

test('a server’s URL is http or https, and may have a path', async () => {
  for (const text of ['nas:8420', 'ftp://nas', '', 'http://'])
    expect(() => serverUrl(text)).toThrow(/not the URL of a server/)
  expect(() => serverUrl('http://me:secret@nas:8420')).toThrow(/^The URL of a server holds no user and no password\.$/)
  const { url } = await foreignServer((request, response) => {
    response.statusCode = request.url === '/usage/v1/stats/coverage?machine=a&machine=b' ? 200 : 404
    response.end(JSON.stringify({ from: '2026-11-20', to: '2026-11-20', tz: 'UTC', machines: [] }))
  })
  const { reports } = connect({ url: `${url}/usage/`, key })
  expect(await reports.coverage({ machine: ['a', 'b'] })).toMatchObject({ machines: [] })
})
