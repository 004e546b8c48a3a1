import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { administration } from '../api/administration.ts'
import { parseKey } from '../api/key-text.ts'
import { runCommand } from '../bin/commands.ts'
import { readConfig } from '../client/config.ts'
import type { Surroundings } from '../client/surroundings.ts'
import type { Problem } from '../core/problem.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { foreignServer } from './support/foreign-server.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer, TEST_KEY, type TestServer } from './support/server.ts'
import { capture, testSurroundings, typed } from './support/surroundings.ts'

type Given = Partial<Surroundings> & { readonly home: string }

/** A command on a machine, with what it printed; a problem is handed out as its code and words. */
async function forge(words: string, given: Given) {
  const surroundings = testSurroundings({ hostname: 'laptop', ...given, env: { NO_COLOR: '1', ...given.env } })
  const argv = ['node', 'forge', ...words.split(' ')]
  const ended = await runCommand(argv, 'forge', '1.2.3', surroundings).catch(({ code, message, hint }: Problem) => ({
    code,
    message,
    hint,
  }))
  return { ended, out: surroundings.stdout.text, said: surroundings.stderr.text }
}

/** A person at a terminal, who types these lines. */
function atTerminal(...answers: readonly string[]) {
  const screen = { isTTY: true, columns: 80 }
  return { stdin: typed(answers), stdout: capture(screen), stderr: capture(screen) }
}

/** A home with usage of two days before the tests' now, by responses of these ids. */
function homeWithUsage(...ids: readonly number[]): string {
  const home = tempFolder()
  const rows = ids.map((id) =>
    anAssistantRow({
      id: `msg_01ABCDEFGHJKLMNPQRSTU${String(id).padStart(3, '0')}`,
      output: 100,
      timestamp: '2026-11-21T10:00:00Z',
    }),
  )
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  return home
}

const admin = ({ url, key }: Pick<TestServer, 'url' | 'key'>) => administration({ url, key })

/** Someone at the server decides, as soon as the machine shows its code; what passes meanwhile is given. */
function whoDecides(server: TestServer, how: 'approve' | 'deny' | 'nothing', screen: { readonly text: string }) {
  let isDecided = false
  return async () => {
    const [, code = '', number = ''] = /Code\s+([A-Z]{4}-[A-Z]{4})\s.*number\s+(\d\d)/.exec(screen.text) ?? []
    if (code === '') throw new Error(`no code on the screen: ${screen.text}`)
    if (isDecided || how === 'nothing') return
    isDecided = true
    const { id } = await admin(server).findPairing(code)
    if (how === 'approve') await admin(server).approvePairing(id, number)
    else await admin(server).denyPairing(id)
  }
}

async function output(server: TestServer): Promise<[machines: string[], output_tokens: number]> {
  const { machines } = await server.client.reports.machines({})
  const { output_tokens } = await server.client.reports.totals({})
  return [machines.map(({ hostname }) => hostname).toSorted(), output_tokens]
}

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
    const { code } = await admin(server).invite('')
    expect((await forge(`login ${server.url} --code ${code} --no-install`, { home, hostname: 'shared' })).ended).toBe(0)
  }
  const keys = await admin(server).keys()
  expect(new Set(keys.map(({ machine }) => machine)).size).toBe(2)
  const either = expect.stringMatching(/^shared~\w{4}$/)
  expect(await output(server)).toEqual([[either, either], 200])
})

test('a machine that was deleted comes in again as it was, once it is given a key; one that was erased sends everything', async () => {
  const server = await startServer(tempFolder())
  const home = homeWithUsage(1, 2)
  const join = async () => {
    const { code } = await admin(server).invite('')
    expect((await forge(`login ${server.url} --code ${code} --no-install`, { home })).ended).toBe(0)
  }
  await join()
  await admin(server).changeMachine('laptop', { action: 'delete' })
  expect((await forge('sync', { home })).ended).toMatchObject({ code: 'unauthenticated', message: /was revoked/ })
  expect(await output(server)).toEqual([[], 0])
  await join()
  expect(await output(server)).toEqual([['laptop'], 200])
  const url = `${server.url}/v1/machines/laptop?hard=true`
  expect((await fetch(url, { method: 'DELETE', headers: { 'X-API-Key': TEST_KEY } })).status).toBe(200)
  expect((await forge('sync', { home })).ended).toMatchObject({ code: 'machine-erased' })
  await join()
  expect(await output(server)).toEqual([['laptop'], 200])
})

describe('a server behind the same address', () => {
  /** Stops a server, and starts one at its address with another store. */
  async function replaced(server: TestServer): Promise<TestServer> {
    await server.running.close()
    return startServer(tempFolder(), { port: Number(new URL(server.url).port) })
  }

  test('that lost its data or is another one is told from one that revoked a key; joining again sends everything', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1, 2)
    const { code } = await admin(server).invite('')
    expect((await forge(`login ${server.url} --code ${code} --no-install`, { home })).ended).toBe(0)
    const next = await replaced(server)
    expect((await forge('sync', { home })).ended).toMatchObject({
      code: 'unauthenticated',
      message: `The server at ${server.url} is another one than this machine joined, or it lost its data.`,
      hint: expect.stringContaining(`forge login ${server.url}`),
    })
    const invite = await admin(next).invite('')
    expect((await forge(`login --code ${invite.code} --no-install`, { home })).ended).toBe(0)
    expect(await output(next)).toEqual([['laptop'], 200])
  })

  test('that came back empty and knows the key is sent everything, unasked', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1, 2)
    const env = { FORGE_API_KEY: TEST_KEY }
    expect((await forge(`login ${server.url} --no-install`, { home, env })).ended).toBe(0)
    const next = await replaced(server)
    expect((await forge('sync', { home, env })).ended).toBe(0)
    expect(await output(next)).toEqual([['laptop'], 200])
  })

  test('that moved to another address is joined there, and counts nothing twice', async () => {
    const folder = tempFolder()
    const server = await startServer(folder)
    const home = homeWithUsage(1, 2)
    const { code } = await admin(server).invite('')
    expect((await forge(`login ${server.url} --code ${code} --no-install`, { home })).ended).toBe(0)
    await server.running.close()
    const moved = await startServer(folder, { store: server.store })
    expect((await forge('sync', { home })).ended).toMatchObject({ code: 'unreachable' })
    expect((await forge(`config set server-url ${moved.url}`, { home })).ended).toBe(0)
    expect((await forge('sync', { home })).ended).toBe(0)
    expect(await output(moved)).toEqual([['laptop'], 200])
  })
})

describe('forge logout', () => {
  async function joined(): Promise<{ server: TestServer; home: string; key: string }> {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1)
    const { code } = await admin(server).invite('')
    expect((await forge(`login ${server.url} --code ${code} --no-install`, { home })).ended).toBe(0)
    return { server, home, key: readConfig(testSurroundings({ home })).api_key as string }
  }

  test('ends the key on the server, forgets both here, and leaves all data', async () => {
    const { server, home, key } = await joined()
    expect(await forge('logout', { home })).toMatchObject({ ended: 0, said: expect.stringContaining('Signed out of') })
    expect(readConfig(testSurroundings({ home }))).toMatchObject({ server_url: undefined, api_key: undefined })
    expect(await admin(server).keys()).toMatchObject([{ is_valid: false }])
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: key }
    expect((await forge('sync', { home, env })).ended).toMatchObject({ code: 'unauthenticated' })
    expect(JSON.parse((await forge('tokens --json', { home })).out)).toMatchObject({ source: 'local' })
    expect(await output(server)).toEqual([['laptop'], 100])
    expect(await forge('logout', { home })).toMatchObject({
      ended: 0,
      said: expect.stringContaining('was not signed in'),
    })
  })

  test('also without the server, and says which key still holds there', async () => {
    const { server, home, key } = await joined()
    await server.running.close()
    const { ended, said } = await forge('logout', { home })
    expect([ended, said]).toEqual([0, expect.stringContaining(`forge key revoke ${parseKey(key)?.id}`)])
    expect(readConfig(testSurroundings({ home })).api_key).toBeUndefined()
  })

  test('does not end an administrator’s key, nor one of the environment', async () => {
    const server = await startServer(tempFolder())
    const home = tempFolder()
    const { key } = await admin(server).addKey({ kind: 'admin' })
    const stdin = typed([key], { isTTY: false })
    expect((await forge(`login ${server.url} --key-stdin --no-install`, { home, stdin })).ended).toBe(0)
    const env = { FORGE_API_KEY: TEST_KEY }
    expect((await forge('logout', { home, env })).ended).toMatchObject({ code: 'invalid-request' })
    expect((await forge('logout', { home })).ended).toBe(0)
    expect(await admin(server).keys()).toMatchObject([{ is_valid: true }])
  })
})

describe('forge approve', () => {
  async function waiting(server: TestServer): Promise<{ user_code: string; match: string }> {
    const { out } = await forge(`login ${server.url}`, { home: tempFolder() })
    return JSON.parse(out) as { user_code: string; match: string }
  }

  const here = (server: TestServer): Given => ({
    home: tempFolder(),
    env: { ...server.store.env, FORGE_PORT: String(server.running.port) },
  })

  test('shows who asks, and lets in who shows the number', async () => {
    const server = await startServer(tempFolder())
    const { user_code, match } = await waiting(server)
    const terminal = atTerminal('7', match)
    const { ended } = await forge(`approve ${user_code.toLowerCase()}`, { ...here(server), ...terminal })
    expect(ended).toBe(0)
    expect(terminal.stderr.text).toMatch(/Machine {2}laptop\n {2}System {3}\S.*\n {2}From {5}127\.0\.0\.1, just now\n/)
    expect(terminal.stderr.text).toContain('✓ laptop is let in.')
  })

  test('turns down who shows another number, or who is not wanted', async () => {
    const server = await startServer(tempFolder())
    const first = await waiting(server)
    const wrong = first.match === '10' ? '11' : '10'
    expect((await forge(`approve ${first.user_code} --number ${wrong}`, here(server))).ended).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('turned down'),
    })
    const second = await waiting(server)
    expect((await forge(`approve ${second.user_code} --deny`, here(server))).ended).toBe(0)
    const third = await waiting(server)
    expect((await forge(`approve ${third.user_code}`, { ...here(server), ...atTerminal('n') })).ended).toBe(0)
    const fourth = await waiting(server)
    const alone = await forge(`approve ${fourth.user_code}`, here(server))
    expect(alone.ended).toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('--number') })
    expect((await forge('approve BBBB-BBBB', here(server))).ended).toMatchObject({ code: 'not-found' })
    expect(await admin(server).keys()).toEqual([])
  })
})

test('forge invite prints the line to run, and nothing else where it is piped', async () => {
  const server = await startServer(tempFolder())
  const env = { ...server.store.env, FORGE_PORT: String(server.running.port) }
  const { ended, out, said } = await forge('invite', { home: tempFolder(), env })
  expect([ended, out]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^forge login http://127.0.0.1:${server.running.port} --code [A-Z]{4}-[A-Z]{4}\n$`),
    ),
  ])
  expect(said).toContain('forge serve --host 0.0.0.0')
  const words = out.trim().replace('forge ', '')
  expect((await forge(`${words} --no-install`, { home: homeWithUsage(1) })).ended).toBe(0)
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
