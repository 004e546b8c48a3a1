import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { shimCommand, writeShim } from '../client/automatic/shim.ts'
import { statusLineCommand, writeStatusLineShim } from '../client/automatic/statusline-shim.ts'
import { cacheFolder } from './corpora.ts'
import { type Figures, figuresOf } from './measure.ts'

const CALLS = 200
const KEY = 'a-key-for-the-benchmarks'
/** Claude Code stops a few times a minute at most. Each call starts a process behind it, which may end before the next. */
const BETWEEN_MS = 150
const AT_MOST_MS = 50

interface Measured {
  readonly figures: Figures[]
  readonly ratios: string[]
}

/** Times calls of the shims: with nothing else going on, and while a sync of 100,000 events is under way. */
export async function measureHook(forge: readonly string[], ledger: string): Promise<Measured> {
  const home = cacheFolder('home-hook')
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const place = { home, platform: process.platform, program: { node: forge[0] as string, script: forge[1] as string } }
  await writeShim(place)
  await writeStatusLineShim('', place)
  const commands = [':', shimCommand('Stop', place), statusLineCommand(place)]
  const idle = await timeCalls('idle', commands, home)
  const busy = await whileSyncing(forge, ledger, () => timeCalls('while a sync is under way', commands, home))
  return { figures: [...idle.figures, ...busy.figures], ratios: [...idle.ratios, ...busy.ratios] }
}

/** Beside each call an empty one of the shell: what the machine itself takes at that moment. */
async function timeCalls(weather: string, commands: readonly string[], home: string): Promise<Measured> {
  const times: number[][] = commands.map(() => [])
  for (let i = -5; i < CALLS; i++) {
    for (const [which, command] of commands.entries()) {
      const ms = timed(command, home)
      if (i >= 0) times[which]?.push(ms)
      if (which > 0) await sleep(BETWEEN_MS)
    }
  }
  const [shell, hook, line] = times as [number[], number[], number[]]
  const beyond = hook.map((ms, i) => ms - (shell[i] ?? 0))
  return {
    figures: [
      figuresOf(`the hook, ${weather}`, hook),
      figuresOf(`the status line, ${weather}`, line),
      figuresOf(`an empty shell, ${weather}`, shell),
    ],
    ratios: [
      `the hook, ${weather}: ${percentiles(hook)}; ${overLimit(hook)}`,
      `the status line, ${weather}: ${percentiles(line)}; ${overLimit(line)}`,
      `an empty shell, ${weather}: ${percentiles(shell)}; ${overLimit(shell)}`,
      `the hook beyond the empty shell beside it, ${weather}: ${percentiles(beyond)}`,
    ],
  }
}

function timed(command: string, home: string): number {
  const started = performance.now()
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], { env: { HOME: home }, input: '{}' })
  const ms = performance.now() - started
  if (status !== 0 || stdout.length > 0) throw new Error(`${command} ended with ${status} and said ${String(stdout)}`)
  return ms
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(1)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}

function overLimit(times: readonly number[]): string {
  return `over ${AT_MOST_MS} ms ${times.filter((ms) => ms > AT_MOST_MS).length} of ${times.length} times`
}

/** Sends a ledger of 100,000 events to a server on this machine, again and again, while something else is done. */
async function whileSyncing<T>(forge: readonly string[], ledger: string, action: () => Promise<T>): Promise<T> {
  const data = cacheFolder('server-data-hook')
  rmSync(data, { recursive: true, force: true })
  const server = start(forge, ['serve', '--port', '0', '--data', data], { HOME: data, FORGE_API_KEY: KEY })
  const [line] = (await once(server.stderr as NodeJS.ReadableStream, 'data')) as [Buffer]
  const { port } = JSON.parse(line.toString('utf8').split('\n')[0] as string) as { port: number }
  const home = cacheFolder('home-hook-syncing')
  mkdirSync(join(home, '.claudeforge'), { recursive: true })
  let isDone = false
  const syncing = (async () => {
    while (!isDone) {
      copyFileSync(ledger, join(home, '.claudeforge', 'ledger.db'))
      const env = { HOME: home, FORGE_API_KEY: KEY, FORGE_SERVER_URL: `http://127.0.0.1:${port}` }
      await once(start(forge, ['sync', '--retry'], env), 'close')
    }
  })()
  try {
    return await action()
  } finally {
    isDone = true
    await syncing
    server.kill('SIGTERM')
    await once(server, 'close')
  }
}

/** Behind all else, as the worker that hooks start is, and as a server elsewhere would be. */
function start(forge: readonly string[], args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn('nice', [...forge, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
