import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { VERSION } from '../bin/version.ts'
import { foreignServer } from './support/foreign-server.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { nobody } from './support/nobody.ts'
import { PROGRAM, runForge, serveForge, startForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { TEST_KEY } from './support/server.ts'

/** The program as people call it: words in, sentences and exit codes out. */

const forge = (args: string[], env: Record<string, string> = {}, home = tempFolder()) => runForge(args, { home, env })

describe('help', () => {
  test('is what the bare command prints, examples first', async () => {
    const [bare, asked] = await Promise.all([forge([]), forge(['--help'])])
    expect(bare).toMatchObject({ code: 0, stderr: '' })
    expect(bare.stdout).toMatch(/^Claude Code usage from all your machines\.\n\n {2}forge tokens/)
    expect(asked.stdout).toBe(bare.stdout)
  })

  test.each(['tokens', 'sync', 'config', 'serve'])('of %s has examples', async (command) => {
    const { code, stdout } = await forge([command, '--help'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: forge [^]*\nExamples:\n {2}/)])
  })

  test('and the version come without a home, a server or a ledger', async () => {
    const { code, stdout } = await forge(['--version'], {}, '/nonexistent')
    expect([code, stdout]).toEqual([0, `${VERSION}\n`])
  })

  test('says claudeforge to who calls it claudeforge', async () => {
    const alias = join(tempFolder(), 'claudeforge')
    symlinkSync(PROGRAM, alias)
    const { stdout } = await promisify(execFile)(process.execPath, [alias, '--help'])
    expect(stdout).toContain('claudeforge tokens')
  })
})

test('an old Node is told so in a sentence', async (context) => {
  const npmNode = process.env['npm_node_execpath'] ?? 'node'
  const { stdout: version } = await promisify(execFile)(npmNode, ['--version']).catch(() => ({ stdout: '' }))
  if (!/^v(?:1\d|20|21)\./.test(version)) return context.skip('no Node older than 22 is at hand')
  const shipped = new URL('../dist/forge.js', import.meta.url).pathname
  if (!existsSync(shipped)) return context.skip('dist/ is not built')
  const ended = promisify(execFile)(npmNode, [shipped, 'tokens'])
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^✗ claudeforge needs Node 22\.18 or newer/),
  })
})

describe('wrong usage ends with 2 and says what would be right', () => {
  test.each([
    [['tokenz'], '✗ “tokenz” is not a forge command. Did you mean “tokens”?\n  All commands: forge --help\n'],
    [['tokens', '--dayz', '3'], 'Did you mean “--days”?'],
    [
      ['blocks', '--compare'],
      "✗ Unknown option '--compare'. It belongs to tokens, week, month, models, machines and projects.\n",
    ],
    [['sessions', '--every', 'week'], "✗ Unknown option '--every'. It belongs to tokens, week and month.\n"],
    [['heatmap', '--compare'], 'A heatmap has a square for each day: --compare cannot be drawn.'],
    [['tokens', '--by', 'colour'], 'Allowed choices are model, machine, project, type, agent, version, account, none.'],
    [['tokens', '-d', '0'], '--days'],
    [['tokens', '-d', 'seven'], 'It is a whole number, such as 7.'],
    [
      ['tokens', '--since', '2026-13-99'],
      '✗ --since 2026-13-99 is not a date.\n  Works: 7d, 2w, yesterday, monday, 2026-11-01\n',
    ],
    [['tokens', '--tz', 'Mars/Olympus'], '“Mars/Olympus” is not a time zone.'],
    [['config', 'set', 'server-url', 'nas'], '“nas” is not the URL of a server.'],
    [['config', 'set', 'hostname'], "Missing required argument 'value'."],
    [['serve', '--port', '99999'], 'port'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await forge(args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)])
  })
})

describe('without a server', () => {
  test('tokens shows this machine', async () => {
    const home = tempFolder()
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow({ timestamp: '2026-11-20T10:00:00Z' })))
    const { code, stdout } = await forge(['tokens', '--since', '2026-11-19', '--until', '2026-11-20'], {}, home)
    expect([code, stdout.split('\n')[2]]).toEqual([
      0,
      expect.stringMatching(/^2026-11-20\tclaude-opus-5\t2403\t3\t100\t2000/),
    ])
  })

  test('sync keeps what it read and says how to join one: exit 4', async () => {
    const { code, stderr } = await forge(['sync'])
    expect([code, stderr]).toEqual([4, expect.stringContaining('forge login http://nas:8420')])
  })

  test('a key without a server, or a server without a key, is named: exit 4', async () => {
    const { code, stderr } = await forge(['sync'], { FORGE_SERVER_URL: 'http://127.0.0.1:9' })
    expect([code, stderr]).toEqual([4, expect.stringContaining('No key is set for http://127.0.0.1:9.')])
  })
})

describe('a server that is away, or none of ours', () => {
  test('ends sync with 5 and nothing on standard output; programs get no half answer', async () => {
    const env = { FORGE_SERVER_URL: 'http://127.0.0.1:9', FORGE_API_KEY: TEST_KEY }
    for (const args of [['sync'], ['sync', '--json'], ['tokens', '--json'], ['tokens']]) {
      const { code, stdout, stderr } = await forge(args, env)
      expect([args, code, stdout, stderr]).toEqual([
        args,
        5,
        '',
        expect.stringContaining('Cannot reach http://127.0.0.1:9'),
      ])
    }
  })

  test('never counts as an acknowledgement: a page, garbage, nothing, another batch’s answer', async () => {
    const home = tempFolder()
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow()))
    const answers = [
      '<html>Sign in</html>',
      'garbage',
      '',
      '{}',
      JSON.stringify({
        protocol_version: 2,
        acknowledged: 999,
        stored: 1,
        unchanged: 0,
        rejected: [],
        ignored_columns: 0,
      }),
    ]
    for (const answer of answers) {
      const { url } = await foreignServer((_request, response) => response.end(answer))
      const env = { FORGE_SERVER_URL: url, FORGE_API_KEY: TEST_KEY }
      const { code, stderr } = await forge(['sync'], env, home)
      expect([answer, code, stderr]).toEqual([answer, 5, expect.stringContaining('1 event is waiting on this disk')])
    }
    const server = await serveForge({ home: tempFolder(), env: { FORGE_API_KEY: TEST_KEY } })
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY }
    const { stdout } = await forge(['sync', '--json'], env, home)
    expect(JSON.parse(stdout)).toMatchObject({ sent: 1, stored: 1 })
  })

  test('a wrong key is refused with 4, and everything is kept', async () => {
    const server = await serveForge({ home: tempFolder(), env: { FORGE_API_KEY: TEST_KEY } })
    const { code, stderr } = await forge(['sync'], { FORGE_SERVER_URL: server.url, FORGE_API_KEY: 'wrong' })
    expect([code, stderr]).toEqual([4, expect.stringContaining('waiting on this disk')])
  })
})

const NO_FULL_DISK = 'this system has no /dev/full'

describe('a server', () => {
  test('prints no key, and lets machines in by the link or by invite', async () => {
    const nas = tempFolder()
    const first = await serveForge({ home: nas })
    expect(first.printed()).toMatch(/\/setup#[\w-]{43}\n/)
    expect(first.printed()).not.toContain('cf_')
    const port = new URL(first.url).port
    const here = { home: nas, env: { FORGE_DATA_DIR: join(nas, 'server-data'), FORGE_PORT: port } }
    const { stdout } = await runForge(['invite'], here)
    const laptop = { home: tempFolder() }
    expect((await runForge([...stdout.trim().split(' ').slice(1), '--no-install'], laptop)).code).toBe(0)
    await first.kill('SIGTERM')
    expect(first.child.exitCode).toBe(0)
    await serveForge({ home: nas }, { port: Number(port) })
    expect((await runForge(['sync', '--json'], laptop)).code).toBe(0)
  })

  test('whose log goes to a full disk serves on', async (context) => {
    if (!existsSync('/dev/full')) return context.skip(NO_FULL_DISK)
    const home = tempFolder()
    const env = { FORGE_DATA_DIR: join(home, 'server-data') }
    const by = ['bash', '-c', 'exec "$@" 2> /dev/full', 'bash']
    const url = await nobody()
    const child = startForge(['serve', '--port', new URL(url).port], { home, env, by })
    onTestFinished(() => void child.kill('SIGKILL'))
    const status = (path: string) =>
      fetch(url + path).then(
        (answer) => answer.status,
        () => undefined,
      )
    await expect.poll(() => status('/health'), { timeout: 20_000 }).toBe(200)
    for (let i = 0; i < 20; i++) expect(await status(`/v1/no-such-page/${i}`)).toBe(404)
    expect(await status('/health')).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
  })

  test('on a taken port says whose it is, and ends with 1', async () => {
    const first = await serveForge({ home: tempFolder(), env: { FORGE_API_KEY: TEST_KEY } })
    const { port } = new URL(first.url)
    const second = await forge(['serve', '--port', port])
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringContaining(`Port ${port} is taken by claudeforge itself`),
    ])
  })

  test('with a data folder that cannot be written says so, and ends with 1', async () => {
    const file = writeFile(join(tempFolder(), 'file'), '')
    const { code, stderr } = await forge(['serve', '--port', '0', '--data', join(file, 'data')])
    expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot make the folder')])
  })

  test('with this machine joins it, and leaves one that is joined elsewhere', async () => {
    const home = tempFolder()
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow()))
    const server = await serveForge({ home }, { args: ['--with-this-machine'] })
    await expect.poll(() => server.printed(), { timeout: 10_000 }).toContain('1 transcript read, 1 new record sent')
    await server.kill('SIGTERM')
    const elsewhere = tempFolder()
    const env = { FORGE_SERVER_URL: 'http://nas:8420' }
    const other = await serveForge({ home: elsewhere, env }, { args: ['--with-this-machine'] })
    await expect
      .poll(() => other.printed(), { timeout: 10_000 })
      .toContain('This machine syncs to http://nas:8420, and was left with it.')
  })
})

test('a config file that is no JSON is named, and nothing is guessed: exit 2', async () => {
  const home = tempFolder()
  writeFile(join(home, '.claudeforge/config.json'), '{')
  const { code, stderr } = await forge(['sync'], {}, home)
  expect([code, stderr]).toEqual([2, expect.stringContaining('config.json is not valid JSON.')])
})

test('a ledger that another program holds is named with the next step: exit 1', { timeout: 60_000 }, async () => {
  const home = tempFolder()
  await forge(['sync', '--status'], {}, home)
  const held = new DatabaseSync(join(home, '.claudeforge/ledger.db'))
  held.exec('begin immediate')
  const { code, stderr } = await forge(['tokens'], {}, home)
  held.close()
  expect([code, stderr]).toEqual([1, expect.stringContaining('it is busy: another forge is writing to it')])
  expect(stderr).toContain('Try again in a moment.')
})

test('a ledger that is no database is named with the next step: exit 1', async () => {
  const home = tempFolder()
  writeFile(join(home, '.claudeforge/ledger.db'), 'not a database at all, but something else. '.repeat(50))
  const { code, stderr } = await forge(['tokens'], {}, home)
  expect([code, stderr]).toEqual([1, expect.stringContaining('Move it aside')])
})

describe('as a user who may not do everything', () => {
  // The superuser may read and write everywhere, so these run as nobody where the tests run as root.
  const uid = process.getuid?.() === 0 ? 65_534 : undefined
  const as = uid === undefined ? {} : { uid, gid: uid }
  const mayRun = spawnSync(process.execPath, ['-e', `require('fs').accessSync('${PROGRAM}')`], as).status

  /** A home that belongs to that user. */
  function ownHome(): string {
    const home = tempFolder()
    if (uid !== undefined) chownSync(home, uid, uid)
    return home
  }

  test('transcripts and folders that may not be read are named, and the others are read', async (context) => {
    if (mayRun !== 0) return context.skip('another user may not read this checkout')
    const home = ownHome()
    const project = join(home, '.claude/projects/p')
    writeFile(join(project, '1.jsonl'), lines(anAssistantRow({ output: 10, id: 'msg_01ABCDEFGHJKLMNPQRS1' })))
    chmodSync(writeFile(join(project, '2.jsonl'), lines(anAssistantRow())), 0)
    writeFile(join(project, '3.jsonl'), lines(anAssistantRow({ output: 30, id: 'msg_01ABCDEFGHJKLMNPQRS3' })))
    chmodSync(writeFile(join(home, '.claude/stats-cache.json'), '{}'), 0)
    mkdirSync(join(home, '.claude/projects/closed'), { mode: 0 })
    const { code, stdout, stderr } = await runForge(
      ['tokens', '--json', '--since', '2026-11-20', '--until', '2026-11-20'],
      {
        home,
        ...(uid === undefined ? {} : { uid }),
      },
    )
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { totals: { output_tokens: 40 } }])
    expect(stderr).toContain(`Cannot read ${join(project, '2.jsonl')} (EACCES).`)
    expect(stderr).toContain(`Cannot read ${join(home, '.claude/stats-cache.json')} (EACCES).`)
    expect(stderr).toContain(`Cannot look into ${join(home, '.claude/projects/closed')} (EACCES).`)
  })

  test('a home that cannot be written is named: exit 1', async (context) => {
    if (mayRun !== 0) return context.skip('another user may not read this checkout')
    const home = ownHome()
    mkdirSync(join(home, '.claude', 'projects', 'p'), { recursive: true })
    writeFileSync(join(home, '.claude', 'projects', 'p', 'a.jsonl'), '')
    chmodSync(home, 0o500)
    const { code, stderr } = await runForge(['tokens'], { home, ...(uid === undefined ? {} : { uid }) })
    expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot make the folder')])
  })
})

test('a reader that closes early is no failure', async () => {
  const home = tempFolder()
  const command = `${process.execPath} ${PROGRAM} tokens -d 3000 --plain | head -1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { env: { ...process.env, HOME: home } })
  expect([stdout.split('\n').at(-2), stderr]).toEqual([
    expect.stringMatching(/^(0|141)$/),
    expect.not.stringContaining('EPIPE'),
  ])
})

test.for(['tokens -d 3000', 'tokens --json', 'export --local', '--version', '--help'])(
  'forge %s to a full disk says so, and what to do: exit 1',
  async (words, context) => {
    if (!existsSync('/dev/full')) return context.skip(NO_FULL_DISK)
    const command = `${process.execPath} ${PROGRAM} ${words} > /dev/full; echo "$?"`
    const env = { ...process.env, HOME: tempFolder() }
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { env })
    expect([stdout, stderr]).toEqual([
      '1\n',
      expect.stringMatching(
        /(?:^|\n)✗ What was asked for could not be written \(ENOSPC.*\)\.\n  Nothing is lost\..*\n$/,
      ),
    ])
  },
)

test.each(['bash', 'zsh', 'fish', 'powershell'])(
  'completion for %s is a script, and completes commands',
  async (shell) => {
    const { code, stdout } = await forge(['completion', shell])
    expect([code, stdout]).toEqual([0, expect.stringContaining('forge')])
    const asked = await forge(['complete', '--', 'to'])
    expect(asked.stdout).toContain('tokens')
  },
)

test.each([
  ['tokens'],
  ['tokens', '--json'],
  ['tokens', '--local', '--csv', '-q'],
  ['tokens', '--markdown', '--full'],
  ['week', '--json'],
  ['month', '--accessible', '--ascii'],
  ['heatmap', '--plain', '--quiet'],
  ['tokens', '--json', '--csv'],
])('%s %s %s %s is answered as the parser of all commands has it', async (...words) => {
  const home = tempFolder()
  await runForge(['sync', '--status'], { home })
  // A flag with a value is for the parser, and this one changes nothing.
  const [plain, parsed] = await Promise.all(
    [words, [...words, '--color', 'auto']].map((args) => runForge(args, { home, env: { FORGE_HOSTNAME: 'studio' } })),
  )
  const steady = ({ code, stdout, stderr }: Exclude<typeof plain, undefined>) => ({
    code,
    stdout: stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW'),
    stderr,
  })
  expect(steady(plain as Exclude<typeof plain, undefined>)).toEqual(steady(parsed as Exclude<typeof parsed, undefined>))
})
