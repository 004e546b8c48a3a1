import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect as connectTo } from '../api/client.ts'
import { openServerLedger } from '../store/open.ts'
import { type RunningServer, serve, type ServerSurroundings } from './serve.ts'
import { aBatch, anEvent, aServer, countingBytes, tempFolder, TEST_KEY, TEST_NOW } from './testing.ts'
import { listen, stopListening } from './listen.ts'
import { setupLink } from './setup-link.ts'

interface Started extends RunningServer {
  readonly stdout: string
  readonly stderr: () => string
}

interface Outside {
  readonly env?: Record<string, string>
  readonly home?: string
  readonly isTTY?: boolean
}

/** Starts a server on a free port, with what it writes. */
async function started(
  flags: Record<string, string> = {},
  { env = {}, home = tempFolder(), isTTY = false }: Outside = {},
): Promise<Started> {
  const written = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) })
  const surroundings: ServerSurroundings = {
    env,
    home,
    now: () => TEST_NOW,
    zone: 'UTC',
    hostname: 'nas',
    randomBytes: countingBytes(),
    fetch,
    stdout: { ...sink('stdout'), isTTY },
    stderr: sink('stderr'),
    version: '1.2.3',
  }
  const server = await serve({ port: '0', ...flags }, surroundings)
  onTestFinished(() => server.close())
  return { ...server, stdout: written.stdout, stderr: () => written.stderr }
}

async function problemOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'started',
    (problem: { code: string; message: string; hint: string }) => ({
      code: problem.code,
      message: problem.message,
      hint: problem.hint,
    }),
  )
}

/** Sends bytes as they are and hands out all that comes back until the other side closes. */
async function raw(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  for (const part of parts) socket.write(part)
  return everythingFrom(socket)
}

async function everythingFrom(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

describe('a server that starts', () => {
  test('says where it is, how a browser signs in, and how a machine is added', async () => {
    const home = tempFolder()
    const server = await started({}, { home })
    expect(
      server.stdout
        .replaceAll(String(server.port), 'PORT')
        .replace(/#[\w-]{43}$/m, '#SECRET')
        .replace(home, '~'),
    ).toBe(
      `
  claudeforge 1.2.3 server

  data      ~/.claudeforge/server
  address   http://127.0.0.1:PORT
  sign in   http://127.0.0.1:PORT/setup#SECRET
            One browser, within 15 minutes. Another link: forge setup-link

  Add a machine. There:
    forge login http://127.0.0.1:PORT
  It shows a code. Here, or in a browser that is signed in:
    forge approve CODE

  Only this machine can reach it. For others, too: forge serve --host 0.0.0.0

  Ctrl-C stops it.

`,
    )
    expect(server.stdout + server.stderr()).not.toContain('cf_')
  })

  test('lets the machine in that it runs on, and still knows it after a restart', async () => {
    const home = tempFolder()
    const first = await started({}, { home })
    const key = await first.admit({ id: 'machine-1', hostname: 'studio' })
    const { sync } = connectTo({ url: first.url, key })
    expect(await sync(gzipSync(JSON.stringify(aBatch([anEvent()]))))).toMatchObject({ acknowledged: 1, stored: 1 })
    await first.close()
    const { reports } = connectTo({ url: (await started({}, { home })).url, key })
    expect(await reports.totals({})).toMatchObject({ total_tokens: 20_853 })
  })

  test('prints a link for a browser as long as none is signed in', async () => {
    const home = tempFolder()
    const signInAt = async ({ url, stdout }: Started) => {
      const setup = /\/setup#(\S+)/.exec(stdout)?.[1]
      const headers = { Origin: url, 'Content-Type': 'application/json' }
      const body = JSON.stringify({ setup })
      return (await fetch(`${url}/v1/session`, { method: 'POST', headers, body })).status
    }
    const first = await started({}, { home })
    await first.close()
    const again = await started({}, { home })
    expect(await signInAt(again)).toBe(200)
    await again.close()
    const third = await started({}, { home })
    expect(third.stdout).not.toContain('/setup#')
  })

  test('prints no such link where a key is set and nobody watches', async () => {
    const env = { FORGE_API_KEY: 'a-key-of-my-own-choice' }
    expect((await started({}, { env })).stdout).not.toContain('/setup#')
    expect((await started({}, { env, isTTY: true })).stdout).toContain('/setup#')
  })

  test('is given another link from beside it', async () => {
    const home = tempFolder()
    const outside = { env: {}, home, randomBytes: countingBytes(), now: () => TEST_NOW }
    await expect(setupLink({}, outside)).rejects.toMatchObject({ code: 'not-found', hint: /forge serve/ })
    const server = await started({}, { home })
    expect(await setupLink({ port: String(server.port) }, outside)).toMatch(
      new RegExp(`^http://127.0.0.1:${server.port}/setup#[\\w-]{43}$`),
    )
  })

  test('with a key of one’s own uses it, and does not show it', async () => {
    const own = 'a-key-of-my-own-choice'
    const server = await started({}, { env: { FORGE_API_KEY: own } })
    expect(server.stdout + server.stderr()).not.toContain(own)
    expect(server.stdout).toContain('the one you set in FORGE_API_KEY')
    expect(await connectTo({ url: server.url, key: own }).reports.machines({})).toMatchObject({ machines: [] })
    expect(server.stderr()).not.toContain('▲')
  })

  test('with a short key warns, in one sentence that does not hold it', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: 'short-key-12345' } })
    expect(server.stderr().split('\n')[0]).toBe(
      '▲ FORGE_API_KEY is shorter than 16 characters and might be guessed: use a longer one.',
    )
  })

  test('for other machines, too, warns of plain HTTP and says what to do about it', async () => {
    const server = await started({ host: '0.0.0.0' })
    expect(server.stderr()).toMatch(/▲ Plain HTTP.*\n.*tailscale serve.*\n.*reverse proxy/)
    expect(server.stdout).toContain(`http://localhost:${server.port}, elsewhere http://nas:${server.port}`)
    expect(server.stdout).toContain(`forge login http://nas:${server.port}`)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  test('logs that it started, and that it stopped', async () => {
    const server = await started()
    await server.close()
    await server.close()
    const lines = server
      .stderr()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines).toMatchObject([
      { level: 'info', msg: 'started', version: '1.2.3', engine: 'sqlite', host: '127.0.0.1', port: server.port },
      { level: 'info', msg: 'stopped' },
    ])
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
  })
})

describe('a server that cannot start', () => {
  test('says that its port is taken by claudeforge itself, where that is', async () => {
    const { port, url } = await started()
    expect(await problemOf(started({ port: String(port) }))).toEqual({
      code: 'cannot-start',
      message: `Port ${port} is taken by claudeforge itself (version 1.2.3).`,
      hint: `It is at ${url}. Another port: forge serve --port ${port + 1}`,
    })
  })

  test('says that its port is taken by another program, also by one that answers nothing', async () => {
    const other = createServer((_, response) => response.end('<html>hello'))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const expected = {
      code: 'cannot-start',
      message: `Port ${port} is taken by another program.`,
      hint: `Another port: forge serve --port ${port + 1}`,
    }
    expect(await problemOf(started({ port: String(port) }))).toEqual(expected)
    other.removeAllListeners('request')
    expect(await problemOf(started({ port: String(port) }))).toEqual(expected)
    other.closeAllConnections()
  })

  test('makes no link that leads nowhere', async () => {
    const home = tempFolder()
    const { port } = await started()
    expect(await problemOf(started({ port: String(port) }, { home }))).toMatchObject({ code: 'cannot-start' })
    const ledger = await openServerLedger(join(home, '.claudeforge/server/usage.db'))
    expect(await ledger.db.selectFrom('setup_link').select('hash').execute()).toEqual([])
    await ledger.close()
  })

  test('says which folder it cannot write to', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'file'), '')
    const data = join(folder, 'file', 'data')
    expect(await problemOf(started({ data }))).toMatchObject({
      code: 'storage',
      message: expect.stringContaining(data),
      hint: expect.stringContaining('--data'),
    })
    mkdirSync(join(folder, 'usage.db'))
    expect(await problemOf(started({ data: folder }))).toMatchObject({ code: 'storage', message: /usage\.db/ })
  })

  test('says which setting it does not understand', async () => {
    expect(await problemOf(started({ port: 'http' }))).toMatchObject({
      code: 'invalid-request',
      message: /--port http/,
    })
    expect(await problemOf(started({ host: '203.0.113.77' }))).toMatchObject({
      message: /Cannot listen on 203\.0\.113\.77/,
    })
  })
})

describe('on a socket', () => {
  test('the key sent in two headers is a bad request', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: TEST_KEY } })
    const sent = httpRequest(`${server.url}/v1/stats/totals`, { headers: { 'X-API-Key': [TEST_KEY, TEST_KEY] } })
    sent.end()
    const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }]
    answer.resume()
    expect(answer.statusCode).toBe(400)
  })

  test('ten wrong keys block an address, whatever it claims to be', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: TEST_KEY } })
    const ask = (key: string, i: number) =>
      fetch(`${server.url}/v1/stats/totals`, { headers: { 'X-API-Key': key, 'X-Forwarded-For': `203.0.113.${i}` } })
    for (let i = 0; i < 10; i++) expect((await ask(`guess-${i}`, i)).status).toBe(401)
    const refused = await ask(TEST_KEY, 99)
    expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true])
  })

  test('a body without a length is cut off at the limit, and the server goes on', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: TEST_KEY } })
    const megabyte = Buffer.alloc(1024 * 1024, 0x20)
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(megabyte) })
    const init = { method: 'POST', body, headers: { 'X-API-Key': TEST_KEY }, duplex: 'half' } as RequestInit
    // The client may see the answer, or only that it is cut off while it is still sending.
    const answer = await fetch(`${server.url}/v1/sync`, init).then(
      async (response) => ((await response.json()) as { code: string }).code,
      () => 'cut off',
    )
    expect(['too-large', 'cut off']).toContain(answer)
    expect(server.stderr()).toContain('"status":413')
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  test('what is no proper request gets a problem or is cut off, and the server goes on', async () => {
    const server = await started()
    const close = 'Connection: close\r\n\r\n'
    expect(await raw(server.port, `GET /health HTTP/1.1\r\nHost: a b\r\n${close}`)).toMatch(
      /^HTTP\/1\.1 400 [^]*nosniff[^]*"code":"invalid-request"/i,
    )
    expect(await raw(server.port, `GET \\health HTTP/1.1\r\nHost: x\r\n${close}`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(server.port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(server.port, `BREW /health HTTP/1.1\r\nHost: x\r\n${close}`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(server.port, `GET /health HTTP/1.1\r\nHost: x\r\n__proto__: x\r\n${close}`)).toMatch(
      /^HTTP\/1\.1 200 /,
    )
    expect(
      await raw(server.port, `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n${close}`),
    ).toMatch(/^HTTP\/1\.1 431 /)
    const both = `POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n${close}0\r\n\r\n`
    expect(await raw(server.port, both)).toMatch(/^HTTP\/1\.1 400 /)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  test('a body that ends early is a bad request, not a failure of the server', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: TEST_KEY } })
    const socket = connect(server.port, '127.0.0.1')
    socket.end(`POST /v1/sync HTTP/1.1\r\nHost: x\r\nX-API-Key: ${TEST_KEY}\r\nContent-Length: 100\r\n\r\n{"proto`)
    await expect.poll(() => server.stderr(), { timeout: 5000 }).toContain('"route":"/v1/sync"')
    expect(server.stderr()).toContain('"status":400')
  })

  test('those who send slowly are cut off', async () => {
    const { app } = await aServer()
    const limits = { headers_ms: 200, request_ms: 400, check_every_ms: 50 }
    const { server, port } = await listen(app, { host: '127.0.0.1', port: 0, limits }, fetch)
    onTestFinished(() => stopListening(server, 0))
    expect(await raw(port, 'GET /health HTTP/1.1\r\nHost: x\r\n')).toMatch(/^(HTTP\/1\.1 408 |$)/)
    const slow = `POST /v1/sync HTTP/1.1\r\nHost: x\r\nX-API-Key: ${TEST_KEY}\r\nContent-Length: 100\r\n\r\n{`
    expect(await raw(port, slow)).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  })

  test('more connections than allowed are turned away, and those within go on', async () => {
    const { app } = await aServer()
    const { server, port } = await listen(app, { host: '127.0.0.1', port: 0, limits: { connections: 2 } }, fetch)
    onTestFinished(() => stopListening(server, 0))
    const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await Promise.all(held.map((socket) => once(socket, 'connect')))
    expect(await raw(port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
    held[0]?.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(await everythingFrom(held[0] as Socket)).toMatch(/^HTTP\/1\.1 200 /)
    held[1]?.destroy()
  })
})

describe('a server that stops', () => {
  test('answers what it is reading, and takes nothing new', async () => {
    const server = await started({}, { env: { FORGE_API_KEY: TEST_KEY } })
    const body = JSON.stringify(aBatch([anEvent()]))
    const socket = connect(server.port, '127.0.0.1')
    const head = `POST /v1/sync HTTP/1.1\r\nHost: x\r\nX-API-Key: ${TEST_KEY}\r\nContent-Length: ${body.length}\r\n\r\n`
    socket.write(head + body.slice(0, 50))
    const idle = connect(server.port, '127.0.0.1')
    idle.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(idle, 'data')
    const began = Date.now()
    const closed = server.close()
    await everythingFrom(idle)
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    socket.write(body.slice(50))
    expect(await everythingFrom(socket)).toMatch(/^HTTP\/1\.1 200 [^]*"stored":1/)
    await closed
    expect(Date.now() - began).toBeLessThan(4000)
  })

  test('does not wait for ever for one who does not go on', async () => {
    const { app } = await aServer()
    const { server, port } = await listen(app, { host: '127.0.0.1', port: 0 }, fetch)
    const socket = connect(port, '127.0.0.1')
    socket.write(`POST /v1/sync HTTP/1.1\r\nHost: x\r\nX-API-Key: ${TEST_KEY}\r\nContent-Length: 100\r\n\r\n{`)
    const rest = everythingFrom(socket)
    await once(server, 'request')
    await stopListening(server, 100)
    expect(await rest).not.toContain('200')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('by %s ends its process with 0, its ledger folded in', async (signal) => {
    const home = tempFolder()
    const script = join(home, 'server.ts')
    const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
    writeFileSync(
      script,
      `import { randomBytes } from 'node:crypto'
       import { serve, stopSignal } from ${from('./serve.ts')}
       const { env, stdout, stderr } = process
       const now = Date.now, home = ${JSON.stringify(home)}
       const server = await serve({ port: '0' }, { env, home, now, zone: 'UTC', hostname: 'nas', randomBytes, fetch, stdout, stderr, version: '1' })
       stdout.write('ready ' + server.url + ' ' + await server.admit({ id: 'machine-1', hostname: 'nas' }) + '\\n')
       await stopSignal(process)
       await server.close()
       stdout.write('done\\n')`,
    )
    const child = spawn(process.execPath, [script], { env: { PATH: process.env['PATH'] } })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
    await expect.poll(() => output, { timeout: 20_000 }).toContain('ready ')
    const [, url, key] = /ready (\S+) (\S+)/.exec(output) as unknown as [string, string, string]
    const { sync } = connectTo({ url, key })
    await sync(gzipSync(JSON.stringify(aBatch([anEvent()]))))
    child.kill(signal)
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null]
    expect([code, killedBy, output.endsWith('done\n') || output.includes('"msg":"stopped"')]).toEqual([0, null, true])
    expect(existsSync(join(home, '.claudeforge/server/usage.db'))).toBe(true)
    expect(existsSync(join(home, '.claudeforge/server/usage.db-wal'))).toBe(false)
  })
})
