import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { connect } from '../api/client.ts'
import { Problem } from '../core/problem.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { nobody } from './support/nobody.ts'
import { runForge, serveForge, type ServedForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer } from './support/server.ts'
import { hasTmux, openTerminal } from './support/tmux.ts'

/** `forge top`, in a real terminal, with a real server, at the present time. */

const KEY = 'a-key-for-tests-of-the-live-view'

let ids = 0

/** A machine with a server, and a way to use Claude Code on it right now. */
function machine(hostname: string, server_url?: string) {
  const home = tempFolder()
  const env = {
    NO_COLOR: '1',
    FORGE_HOSTNAME: hostname,
    ...(server_url === undefined ? {} : { FORGE_SERVER_URL: server_url, FORGE_API_KEY: KEY }),
  }
  const use = ({ project, output }: { project: string; output: number }) => {
    const folder = join(home, '.claude/projects', project)
    mkdirSync(folder, { recursive: true })
    const row = anAssistantRow({
      id: `msg_01LIVE${String(++ids).padStart(18, '0')}`,
      sessionId: `${project}-session`,
      cwd: `/code/${project}`,
      timestamp: new Date().toISOString(),
      output,
    })
    appendFileSync(join(folder, 'session.jsonl'), lines(row))
  }
  return { home, env, use, top: (...args: string[]) => openTerminal(['top', ...args], { home, env }) }
}

async function serve(home = tempFolder(), port = 0): Promise<ServedForge> {
  return serveForge({ home, env: { FORGE_API_KEY: KEY } }, { port })
}

/** Processes that one has started. */
function childrenOf(pid: number): number[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
}

async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (!existsSync(`/proc/${pid}`)) return
    await sleep(100)
  }
  throw new Error(`${pid} goes on`)
}

describe.runIf(hasTmux)('forge top in a terminal', () => {
  test('shows what is used on this machine and on others as it is used', async () => {
    const { url } = await serve()
    const [studio, laptop] = [machine('studio', url), machine('laptop', url)]
    studio.use({ project: 'claudeforge', output: 10_000 })
    const terminal = studio.top()
    expect((await terminal.until(/● {2}studio {3}claudeforge/))[0]).toMatch(
      /^forge top · all machines +\d\d:\d\d:\d\d {2}live$/,
    )
    expect(terminal.isTakenOver()).toBe(true)
    studio.use({ project: 'web-shop', output: 20_000 })
    await terminal.until(/● {2}studio {3}web-shop +opus-5 +4\.46K/)
    laptop.use({ project: 'billing', output: 30_000 })
    expect((await runForge(['sync', '--quiet'], laptop)).code).toBe(0)
    const screen = await terminal.until(/● {2}laptop {3}billing/)
    expect(screen.filter((line) => line.startsWith('●')).map((line) => line.split(/ {2,}/)[2])).toEqual([
      'billing',
      'web-shop',
      'claudeforge',
    ])
    expect(screen.join('\n')).toContain('3 sessions now')
  })

  test('heeds its keys, and leaves the terminal as it was', async () => {
    const { url } = await serve()
    const studio = machine('studio', url)
    studio.use({ project: 'claudeforge', output: 10_000 })
    const terminal = studio.top()
    await terminal.until(/● {2}studio/)
    terminal.press('t')
    await terminal.until(/cost per hour.*\n[^]*\$\/HOUR/)
    terminal.press('m')
    await terminal.until(/● {2}opus-5 +claudeforge[^]*m by machine/)
    terminal.press('?')
    await terminal.until(/Cost = API list price[^]*any key goes back/)
    terminal.press('x', 'm')
    await terminal.until(/● {2}studio +claudeforge[^]*m by project/)
    terminal.press('Down', 'Enter')
    const told = await terminal.until(/›● {2}studio[^]*\/sessions/)
    expect(told.join('')).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sessions\?from=[-\d]+&to=[-\d]+&machine=studio/)
    terminal.press('p')
    await terminal.until(/\d {2}paused/)
    terminal.resize(59, 20)
    await terminal.until(/needs 60 × 16 cells; here are 59 × 20/)
    terminal.resize(120, 30)
    const wide = await terminal.until(/LAST ACTIVITY/)
    expect(wide[1]).toBe('─'.repeat(120))
    terminal.press('q')
    const screen = await terminal.until(/icanon/)
    expect([screen.slice(0, 2), terminal.isTakenOver()]).toEqual([['--ended with 0--', ' icanon'], false])
  })

  test('keeps what it knew while the server is away, and goes on when it is back', async () => {
    const home = tempFolder()
    const server = await serve(home)
    const studio = machine('studio', server.url)
    studio.use({ project: 'claudeforge', output: 10_000 })
    const terminal = studio.top()
    const before = await terminal.until(/● {2}studio/)
    await server.kill('SIGTERM')
    const away = await terminal.until(/▲ last data \d\d:\d\d:\d\d, reconnecting/)
    expect(away.filter((line) => line.startsWith('●'))).toEqual(before.filter((line) => line.startsWith('●')))
    studio.use({ project: 'web-shop', output: 10_000 })
    await serve(home, Number(new URL(server.url).port))
    expect((await terminal.until(/● {2}studio {3}web-shop/))[0]).toMatch(/live$|every 5 s$/)
  })

  test('shows this machine where no server is set, or none has answered yet', async () => {
    const alone = machine('studio')
    alone.use({ project: 'claudeforge', output: 10_000 })
    const terminal = alone.top()
    expect((await terminal.until(/● {2}studio/))[0]).toMatch(/^forge top · this machine +\d\d:\d\d:\d\d {2}every 5 s$/)
    const away = await nobody()
    const laptop = machine('laptop', away)
    laptop.use({ project: 'claudeforge', output: 10_000 })
    const other = laptop.top()
    const screen = await other.until(/● {2}laptop/)
    expect(screen[0]).toMatch(/^forge top · this machine +▲ http:\/\/127.*is away, trying again$/)
  })

  test('says before it begins that a key is refused', async () => {
    const { url } = await serve()
    const studio = machine('studio', url)
    const env = { ...studio.env, FORGE_API_KEY: 'another-key-that-is-not-known' }
    const screen = await openTerminal(['top'], { home: studio.home, env }).until(/icanon/)
    expect(screen[0]).toMatch(/^✗ /)
    expect(screen).toContain('--ended with 4--')
  })

  describe('gives the terminal back, and ends what it started,', () => {
    const crash = (home: string) => {
      const path = writeFile(join(home, 'crash.mjs'), `process.on('SIGUSR2', () => { throw new Error('a crash') })`)
      return { NODE_OPTIONS: `--import=${path}` }
    }

    test.each([
      ['SIGTERM', 143],
      ['SIGHUP', 129],
      ['SIGINT', 130],
      ['SIGUSR2', 1],
    ] as const)('when it gets %s (a crash in the case of SIGUSR2)', async (signal, code) => {
      const { home, env, use } = machine('studio')
      use({ project: 'claudeforge', output: 10_000 })
      const terminal = openTerminal(['top'], { home, env: { ...env, ...crash(home) } })
      await terminal.until(/● {2}studio/)
      const children = childrenOf(terminal.pid())
      expect(children).toHaveLength(1)
      process.kill(terminal.pid(), signal)
      const screen = await terminal.until(/icanon/)
      expect(screen.filter((line) => /^--|icanon$/.test(line))).toEqual([`--ended with ${code}--`, ' icanon'])
      expect([terminal.isTakenOver(), screen.join('\n').includes('Error: a crash')]).toEqual([
        false,
        signal === 'SIGUSR2',
      ])
      for (const child of children) await untilGone(child)
    })

    test('when its terminal is closed, and when it is killed', async () => {
      for (const end of ['close', 'kill'] as const) {
        const studio = machine('studio')
        studio.use({ project: 'claudeforge', output: 10_000 })
        const terminal = studio.top()
        await terminal.until(/● {2}studio/)
        const pid = terminal.pid()
        const children = childrenOf(pid)
        if (end === 'close') terminal.close()
        else process.kill(pid, 'SIGKILL')
        for (const each of [pid, ...children]) await untilGone(each)
      }
    })

    test('for as long as it is stopped by Ctrl-Z', async () => {
      const { home, env, use } = machine('studio')
      use({ project: 'claudeforge', output: 10_000 })
      const terminal = openTerminal(['top'], { home, env, isTyped: true })
      await terminal.until(/● {2}studio/)
      terminal.press('C-z')
      await terminal.until(/Stopped|suspended/)
      expect(terminal.isTakenOver()).toBe(false)
      terminal.press('stty -a | grep -o .icanon; fg', 'Enter')
      await terminal.until(/● {2}studio/)
      terminal.press('q')
      await terminal.until((text) => / icanon/.test(text) && !terminal.isTakenOver())
    })

    test('when someone presses Ctrl-C', async () => {
      const studio = machine('studio')
      studio.use({ project: 'claudeforge', output: 10_000 })
      const terminal = studio.top()
      await terminal.until(/● {2}studio/)
      terminal.press('C-c')
      expect((await terminal.until(/icanon/)).slice(0, 2)).toEqual(['--ended with 130--', ' icanon'])
    })
  })
})

if (!hasTmux) test('the live view in a terminal', (context) => context.skip('tmux is not installed'))

describe('forge top without a terminal', () => {
  test('prints one picture; for a program, one object', async () => {
    const studio = machine('studio')
    studio.use({ project: 'claudeforge', output: 10_000 })
    const { code, stdout, stderr } = await runForge(['top'], studio)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^forge top · this machine +\d\d:\d\d:\d\d\n─{80}\nToday [^]*\n● {2}studio {3}claudeforge/)
    expect(stdout).not.toContain('q quit')
    const json = await runForge(['top', '--json', '--by', 'model'], studio)
    expect(JSON.parse(json.stdout)).toMatchObject({ source: 'local', rows: [{ group: 'claude-opus-5' }] })
    const spoken = await runForge(['top', '--accessible'], studio)
    expect(spoken.stdout).toMatch(/^Today, this machine: [^\n]+\nstudio, claudeforge, opus-5: /)
  })

  test('shows this machine and ends with 5 where the server is away', async () => {
    const studio = machine('studio', await nobody())
    studio.use({ project: 'claudeforge', output: 10_000 })
    const { code, stdout, stderr } = await runForge(['top'], studio)
    expect([code, stdout.split('\n')[0]]).toEqual([5, expect.stringMatching(/^forge top · this machine/)])
    expect(stderr).toMatch(/^✗ Cannot reach/)
    expect((await runForge(['top', '--json'], studio)).stdout).toBe('')
  })
})

describe('what a server tells of changes', () => {
  test('is heard from the first version on, until one stops listening', async () => {
    const server = await startServer(tempFolder())
    const studio = machine('studio', server.url)
    const stop = new AbortController()
    const heard: string[] = []
    for await (const version of server.client.live(stop.signal)) {
      heard.push(version)
      if (heard.length === 2) stop.abort()
      else {
        studio.use({ project: 'claudeforge', output: 10 })
        await runForge(['sync', '--quiet'], { home: studio.home, env: { ...studio.env, FORGE_API_KEY: server.key } })
      }
    }
    expect([heard.length, heard[0] === heard[1]]).toEqual([2, false])
  })

  test('ends when the server does', async () => {
    const server = await startServer(tempFolder())
    const heard: string[] = []
    for await (const version of server.client.live(new AbortController().signal)) {
      heard.push(version)
      await server.running.close()
    }
    expect(heard).toHaveLength(1)
  })

  test('is a problem where it cannot be heard', async () => {
    const server = await startServer(tempFolder())
    const listen = async (url: string, key: string) => {
      const { signal } = new AbortController()
      for await (const _ of connect({ url, key }).live(signal)) return undefined
      return undefined
    }
    const codeOf = (error: unknown) => (error instanceof Problem ? error.code : String(error))
    expect(await listen(server.url, 'a-key-that-is-not-known').catch(codeOf)).toBe('unauthenticated')
    expect(await listen(await nobody(), server.key).catch(codeOf)).toBe('unreachable')
    expect(await listen(`${server.url}/elsewhere`, server.key).catch(codeOf)).toBe('not-found')
  })
})
