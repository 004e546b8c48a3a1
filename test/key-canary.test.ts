import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseKey } from '../api/key-text.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { type Ended, type ProgramOptions, type ServedForge, serveForge, startForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'

/**
 * No secret is where it does not belong: every way in is gone through with real programs, and then everything that was
 * printed and logged, every database, and what other users could see of processes is searched for each of them.
 */

/** Runs the program, and looks at the process list while it runs. */
async function watched(
  args: readonly string[],
  options: ProgramOptions,
  input = '',
): Promise<Ended & { seen: string }> {
  const child = startForge(args, options, input)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  let seen = ''
  const look = setInterval(() => (seen += processList()), 20)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(look)
  return { code, ...output, seen }
}

/** The command lines that any user may read. */
function processList(): string {
  if (process.platform !== 'linux') return ''
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8')
      } catch {
        return '' // it has ended
      }
    })
    .join('\n')
}

function bytesBelow(folder: string, left: RegExp): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !left.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

function keyOf(home: string): string {
  const { api_key } = JSON.parse(readFileSync(join(home, '.claudeforge/config.json'), 'utf8')) as { api_key: string }
  return api_key
}

async function signIn(server: ServedForge, body: object): Promise<string> {
  const headers = { Origin: server.url, 'Content-Type': 'application/json' }
  const answer = await fetch(`${server.url}/v1/session`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return answer.headers.get('Set-Cookie')?.split(';')[0]?.split('=')[1] ?? ''
}

test('no key, code, cookie or link is in any output, log, database or process list', { timeout: 120_000 }, async () => {
  const [nas, laptop, desk] = [tempFolder(), tempFolder(), tempFolder()]
  writeFile(join(laptop, '.claude/projects/p/s.jsonl'), lines(anAssistantRow()))
  const server = await serveForge({ home: nas })
  const here = { home: nas, env: { FORGE_DATA_DIR: join(nas, 'server-data'), FORGE_PORT: new URL(server.url).port } }
  const there = { home: laptop }
  const ran: (Ended & { seen: string })[] = []
  const run = async (args: string, options: ProgramOptions, input?: string) => {
    const ended = await watched(args.split(' '), options, input)
    ran.push(ended)
    return ended
  }

  // What is printed once, for who has to have it, is taken out of what is searched.
  const admin = (await watched(['key', 'add', '--kind', 'admin'], here)).stdout.trim()
  const invite = (await watched(['invite'], here)).stdout.trim().split(' ').at(-1) ?? ''
  const setup = /\/setup#(\S+)/.exec(server.printed())?.[1] ?? ''
  const cookies = [await signIn(server, { setup }), await signIn(server, { api_key: admin })]

  // By invite: the code is an argument by its nature, and worth nothing once it was used.
  expect((await watched(['login', server.url, '--code', invite, '--no-install'], there)).code).toBe(0)
  const first = keyOf(laptop)
  for (const args of ['sync --force', 'tokens', 'machines --json', 'config show', 'status', 'key rotate --now']) {
    expect([args, (await run(args, there)).code]).toEqual([args, 0])
  }
  const second = keyOf(laptop)
  expect(second).not.toBe(first)

  // By a key on standard input, a wrong one, one of the environment, and one that was revoked.
  expect((await run(`login ${server.url} --key-stdin --no-install`, { home: desk }, `${admin}\n`)).code).toBe(0)
  expect((await run(`login ${server.url} --key-stdin --debug`, { home: desk }, `${admin}x\n`)).code).toBe(4)
  const wrong = { home: desk, env: { FORGE_API_KEY: `${second.slice(0, -1)}_` } }
  expect((await run('sync --debug', wrong)).code).toBe(4)
  expect((await run('key list', { home: desk })).code).toBe(0)
  expect((await run(`key revoke ${parseKey(second)?.id}`, here)).code).toBe(0)
  expect((await run('sync --debug', there)).code).toBe(4)

  // By the device flow, up to where someone would approve.
  expect((await run(`login ${server.url} --non-interactive`, { home: desk })).code).toBe(0)
  const { device_code } = JSON.parse(readFileSync(join(desk, '.claudeforge/pairing.json'), 'utf8')) as {
    device_code: string
  }
  expect((await run('logout', there)).code).toBe(0)
  const log = server.printed().replace(setup, '')
  await server.kill('SIGTERM')

  const places = {
    'what was printed': ran.map(({ stdout, stderr }) => stdout + stderr).join('\n'),
    'the process list': ran.map(({ seen }) => seen).join('\n'),
    'the server’s log': log,
    'the server’s data': bytesBelow(join(nas, 'server-data'), /^$/),
    // Here the key belongs, and the device code until it was used.
    'the machines’ data': [laptop, desk]
      .map((home) => bytesBelow(join(home, '.claudeforge'), /^(config|pairing)\.json$/))
      .join('\n'),
  }
  const secrets = [admin, first, second].map((key) => parseKey(key)?.secret ?? '')
  const searched = { ...Object.fromEntries(secrets.map((secret, i) => [`key ${i}`, secret])), setup, device_code }
  for (const [name, secret] of [...Object.entries(searched), ...cookies.map((value, i) => [`cookie ${i}`, value])]) {
    expect(String(secret).length).toBeGreaterThan(20)
    for (const [place, text] of Object.entries(places)) {
      expect([name, place, text.includes(String(secret))]).toEqual([name, place, false])
    }
  }
  // The search would have found them: what is public about a key is there.
  expect(places['what was printed']).toContain(parseKey(second)?.id)
  if (process.platform === 'linux') expect(places['the process list']).toContain('--key-stdin')
  expect(places['the server’s log']).toContain('"route":"/v1/session"')
})
