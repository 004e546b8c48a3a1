import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseKey } from '../api/key-text.ts'
import { readConfig } from '../client/config.ts'
import { tempFolder } from './support/folders.ts'
import { foreignServer } from './support/foreign-server.ts'
import { admin, atTerminal, forge, homeWithUsage, joinServer, output, whoDecides } from './support/joining.ts'
import { startServer, TEST_KEY } from './support/server.ts'
import { testSurroundings, typed } from './support/surroundings.ts'

describe('forge login', () => {
  test('shows a code, waits for someone to approve it, sends what there is, and shows all machines', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1, 2)
    const terminal = atTerminal()
    const sleep = whoDecides(server, 'approve', terminal.stderr)
    const { ended, out, said } = await forge(`login ${server.url} --no-install`, { home, ...terminal, sleep })
    expect(ended).toBe(0)
    expect(said).toMatch(/Code {4}[A-Z]{4}-[A-Z]{4} {4}and the number {2}\d\d\n {2}Page {4}\S+\/pair\n/)
    expect(said).toMatch(/Waiting… 15:00 left/)
    expect(said).toContain(`✓ Signed in to ${server.url}. This machine is “laptop”.`)
    expect(said).toContain('✓ Sent 2 records of 1 session since Sat 21 Nov')
    expect(said).toContain('ids and names of folders.\n  No prompts, no answers, no code.')
    expect(out).toMatch(/Tokens per day .* all machines \(1\)/)
    expect(await output(server)).toEqual([['laptop'], 200])

    const config = join(home, '.claudeforge/config.json')
    expect(statSync(config).mode & 0o777).toBe(0o600)
    const { api_key } = JSON.parse(readFileSync(config, 'utf8')) as { api_key: string }
    expect(parseKey(api_key)?.kind).toBe('machine')
    expect(said + out).not.toContain(parseKey(api_key)?.secret)
    expect(existsSync(join(home, '.claudeforge/pairing.json'))).toBe(false)
    // From then on it needs nothing more.
    expect((await forge('sync --json', { home })).ended).toBe(0)
  })

  test('without a terminal says what has to be approved, ends, and goes on afterwards', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1)
    for (const words of [`login ${server.url}`, `login ${server.url} --non-interactive`]) {
      const { ended, out, said } = await forge(words, { home })
      expect([ended, said]).toEqual([0, ''])
      expect(JSON.parse(out)).toEqual({
        schema_version: 1,
        status: 'pending',
        verification_uri: `${server.url}/pair`,
        verification_uri_complete: expect.stringMatching(/\/pair\?code=[A-Z]{4}-[A-Z]{4}$/),
        user_code: expect.any(String),
        match: expect.stringMatching(/^\d\d$/),
        expires_in: 900,
        next_step: 'claudeforge login --complete',
      })
    }
    const { out } = await forge('login --non-interactive', { home, env: { FORGE_SERVER_URL: server.url } })
    const { user_code, match } = JSON.parse(out) as { user_code: string; match: string }
    expect(statSync(join(home, '.claudeforge/pairing.json')).mode & 0o777).toBe(0o600)
    const { id } = await admin(server).findPairing(user_code)
    await admin(server).approvePairing(id, match)
    const done = await forge('login --complete', { home })
    expect([done.ended, JSON.parse(done.out)]).toEqual([
      0,
      {
        schema_version: 1,
        status: 'signed-in',
        server_url: server.url,
        hostname: 'laptop',
        key_id: expect.any(String),
        sent: 1,
        stored: 1,
        next_step: 'claudeforge install --yes',
      },
    ])
    expect(await forge('login --complete', { home })).toMatchObject({ ended: { code: 'invalid-request' } })
  })

  test('with the code of an invite asks nobody, and a used code is refused', async () => {
    const server = await startServer(tempFolder())
    const { code } = await admin(server).invite('laptop')
    const home = homeWithUsage(1)
    const login = await forge(`login ${server.url} --code ${code.toLowerCase()} --no-install`, { home })
    expect([login.ended, await output(server)]).toEqual([0, [['laptop'], 100]])
    const again = await forge(`login ${server.url} --code ${code}`, { home: homeWithUsage(2) })
    expect(again.ended).toMatchObject({ code: 'unauthenticated', hint: /forge invite/ })
    expect(await output(server)).toEqual([['laptop'], 100])
  })

  test('takes a key from standard input or the environment, and keeps only the first', async () => {
    const server = await startServer(tempFolder())
    const { key } = await admin(server).addKey({ kind: 'machine', label: 'ci' })
    const piped = homeWithUsage(1)
    const stdin = typed([key], { isTTY: false })
    expect((await forge(`login ${server.url} --key-stdin --no-install`, { home: piped, stdin })).ended).toBe(0)
    expect(readConfig(testSurroundings({ home: piped })).api_key).toBe(key)

    const given = homeWithUsage(2)
    const env = { FORGE_API_KEY: TEST_KEY }
    expect((await forge(`login ${server.url} --no-install`, { home: given, env, hostname: 'ci' })).ended).toBe(0)
    expect(readConfig(testSurroundings({ home: given })).api_key).toBeUndefined()
    expect(await output(server)).toEqual([['ci', 'laptop'], 200])
  })

  test('with a key that may only read sends nothing, and shows what there is', async () => {
    const server = await startServer(tempFolder())
    const { key } = await admin(server).addKey({ kind: 'read' })
    const stdin = typed([key], { isTTY: false })
    const { ended, said } = await forge(`login ${server.url} --key-stdin --no-install`, {
      home: homeWithUsage(1),
      stdin,
    })
    expect([ended, said]).toEqual([0, expect.stringContaining('may only read')])
    expect(await output(server)).toEqual([[], 0])
  })

  test('offers automatic sync at its end, and does not set it up unasked', async () => {
    const server = await startServer(tempFolder())
    const login = async (answers: string[], flags = '') => {
      const home = homeWithUsage(1)
      const { code } = await admin(server).invite('')
      const given = answers.length === 0 ? {} : atTerminal(...answers)
      const { ended, said } = await forge(`login ${server.url} --code ${code}${flags}`, { home, ...given })
      expect(ended).toBe(0)
      return [existsSync(join(home, '.claude/settings.json')), said]
    }
    expect(await login(['n'])).toEqual([false, expect.stringContaining('Make these changes?')])
    expect((await login(['y']))[0]).toBe(true)
    expect(await login([])).toEqual([false, expect.stringContaining('forge install --yes')])
    expect((await login([], ' --yes'))[0]).toBe(true)
    expect((await login(['y'], ' --no-install'))[0]).toBe(false)
  })

  test('asks where the server is, where it is not told', async () => {
    const server = await startServer(tempFolder())
    const { code } = await admin(server).invite('')
    const terminal = atTerminal('', server.url.replace('http://', ''))
    const login = await forge(`login --code ${code} --no-install`, { home: homeWithUsage(1), ...terminal })
    expect([login.ended, await output(server)]).toEqual([0, [['laptop'], 100]])
    const { ended } = await forge('login', { home: tempFolder() })
    expect(ended).toMatchObject({
      code: 'invalid-request',
      hint: expect.stringContaining('forge login http://nas:8420'),
    })
  })
})

describe('a login that cannot be', () => {
  test.each([
    ['turned down', 'deny', 'The request was turned down.'],
    ['not approved in time', 'nothing', 'Nobody has approved it in time.'],
  ] as const)('because it was %s says so, and keeps nothing', async (_, how, message) => {
    const server = await startServer(tempFolder())
    const home = tempFolder()
    const terminal = atTerminal()
    const decide = whoDecides(server, how, terminal.stderr)
    let now = Date.parse('2026-11-22T12:00:00Z')
    const sleep = async (ms: number) => {
      now += ms
      await decide()
    }
    const { ended } = await forge(`login ${server.url}`, { home, ...terminal, sleep, now: () => now })
    expect(ended).toMatchObject({ code: 'unauthenticated', message, hint: expect.stringContaining('forge login') })
    expect(readConfig(testSurroundings({ home }))).toMatchObject({ server_url: undefined, api_key: undefined })
    expect(await admin(server).keys()).toEqual([])
  })

  test('because nobody is there, or it is no server of ours, keeps nothing', async () => {
    const home = tempFolder()
    expect((await forge('login http://127.0.0.1:9', { home })).ended).toMatchObject({ code: 'unreachable' })
    const portal = await foreignServer((_, response) => response.end('<html>Welcome to the hotel</html>'))
    expect((await forge(`login ${portal.url}`, { home })).ended).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('a web page'),
    })
    expect(existsSync(join(home, '.claudeforge/config.json'))).toBe(false)
  })

  test('because the key is wrong keeps the one that was there', async () => {
    const server = await startServer(tempFolder())
    const home = tempFolder()
    const login = (key: string) =>
      forge(`login ${server.url} --key-stdin --no-install`, { home, stdin: typed([key], { isTTY: false }) })
    expect((await login(TEST_KEY)).ended).toBe(0)
    for (const wrong of ['wrong', `${TEST_KEY}x`, '']) expect(await login(wrong)).not.toMatchObject({ ended: 0 })
    expect(readConfig(testSurroundings({ home })).api_key).toBe(TEST_KEY)
  })

  test('because it would show the key to the internet is refused', async () => {
    const home = tempFolder()
    const fetch = () => Promise.reject(new Error('nothing must be asked'))
    for (const url of ['http://forge.example.org', 'http://8.8.8.8:8420', 'http://[2001:db8::1]:8420']) {
      expect((await forge(`login ${url}`, { home, fetch })).ended).toMatchObject({
        code: 'invalid-request',
        hint: expect.stringMatching(/Use https .*--allow-plain-http/),
      })
    }
  })

  test.each(['login ftp://nas', 'login nas --code A --key-stdin', 'login --complete', 'login http://u:p@nas'])(
    '“%s” is not understood',
    async (words) => {
      expect((await forge(words, { home: tempFolder() })).ended).toMatchObject({ code: 'invalid-request' })
    },
  )
})

test('a server that is away while one waits for approval is asked again', async () => {
  const folder = tempFolder()
  let server = await startServer(folder)
  const { port } = new URL(server.url)
  const terminal = atTerminal()
  let polls = 0
  let decide = async () => undefined as void
  const sleep = async () => {
    polls++
    if (polls === 1) await server.running.close()
    if (polls === 4) {
      server = await startServer(folder, { port: Number(port), store: server.store })
      decide = whoDecides(server, 'approve', terminal.stderr)
    }
    await decide()
  }
  const { ended } = await forge(`login ${server.url} --no-install`, { home: homeWithUsage(1), ...terminal, sleep })
  expect([ended, polls]).toEqual([0, 4])
})

test('a machine whose clock is a year off joins, and its days are those of its transcripts', async () => {
  const server = await startServer(tempFolder())
  const now = () => Date.parse('2027-11-22T12:00:00Z')
  const terminal = atTerminal()
  const sleep = whoDecides(server, 'approve', terminal.stderr)
  const { ended } = await forge(`login ${server.url} --no-install`, { home: homeWithUsage(1), ...terminal, sleep, now })
  expect(ended).toBe(0)
  const { days } = await server.client.reports.daily({ from: '2026-11-20', to: '2026-11-22', tz: 'UTC' })
  expect(days.map(({ output_tokens }) => output_tokens)).toEqual([100])
})

test('two users of one computer are two machines, each with a key of its own', async () => {
  const server = await startServer(tempFolder())
  const [ana, ben] = [homeWithUsage(1), homeWithUsage(2)]
  for (const home of [ana, ben]) {
    await joinServer(server, { home, hostname: 'shared' })
  }
  const keys = await admin(server).keys()
  expect(new Set(keys.map(({ machine }) => machine)).size).toBe(2)
  const either = expect.stringMatching(/^shared~\w{4}$/)
  expect(await output(server)).toEqual([[either, either], 200])
})

describe('forge setup', () => {
  test('joins a server', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1)
    const terminal = atTerminal('4', '1', server.url, 'n')
    const sleep = whoDecides(server, 'approve', terminal.stderr)
    expect((await forge('setup', { home, ...terminal, sleep })).ended).toBe(0)
    expect(terminal.stderr.text).toContain('This machine has 1 session of Claude Code.')
    expect(await output(server)).toEqual([['laptop'], 100])
  })

  test('leaves it with this machine, and asks nobody who is not there', async () => {
    const terminal = atTerminal('3', 'n')
    expect((await forge('setup', { home: homeWithUsage(1), ...terminal })).ended).toBe(0)
    expect(terminal.stdout.text).toContain('this machine')
    expect((await forge('setup', { home: tempFolder() })).ended).toMatchObject({
      code: 'invalid-request',
      hint: expect.stringContaining('forge login URL'),
    })
  })
})
