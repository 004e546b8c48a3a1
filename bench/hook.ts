import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { shimCommand, writeShim } from '../client/automatic/shim.ts'
import { cacheFolder } from './corpora.ts'
import { type Figures, median } from './measure.ts'

const CALLS = 200
const KEY = 'a-key-for-the-benchmarks'
/** Claude Code stops a few times a minute at most. Each call starts a process behind it, which may end before the next. */
const BETWEEN_MS = 150

interface HookFigures extends Figures {
  readonly p50_ms: number
  readonly p99_ms: number
}

/** Times calls of the hook: with nothing else going on, and while a sync of 100,000 events is under way. */
export async function measureHook(forge: readonly string[], ledger: string): Promise<HookFigures[]> {
  const home = cacheFolder('home-hook')
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const place = { home, platform: process.platform, program: { node: forge[0] as string, script: forge[1] as string } }
  await writeShim(place)
  const call = shimCommand('Stop', place)
  const idle = await timeCalls('idle', call, home)
  const busy = await whileSyncing(forge, ledger, () => timeCalls('while a sync is under way', call, home))
  return [...idle, ...busy]
}

/** Beside each call an empty one of the shell: what the machine itself takes at that moment. */
async function timeCalls(name: string, call: string, home: string): Promise<HookFigures[]> {
  const [hooks, shells]: [number[], number[]] = [[], []]
  for (let i = -5; i < CALLS; i++) {
    const shell = timed(':', home)
    const hook = timed(call, home)
    if (i >= 0) {
      shells.push(shell)
      hooks.push(hook)
    }
    await sleep(BETWEEN_MS)
  }
  return [figures(`the hook, ${name}`, hooks), figures(`an empty shell, ${name}`, shells)]
}

function timed(command: string, home: string): number {
  const started = performance.now()
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], { env: { HOME: home }, input: '{}' })
  const ms = performance.now() - started
  if (status !== 0 || stdout.length > 0) throw new Error(`${command} ended with ${status} and said ${String(stdout)}`)
  return ms
}

function figures(name: string, times: readonly number[]): HookFigures {
  const sorted = times.toSorted((a, b) => a - b)
  const p50_ms = median(times)
  const p99_ms = sorted[Math.ceil(CALLS * 0.99) - 1] as number
  const range = { min_ms: sorted[0] as number, max_ms: sorted.at(-1) as number }
  return { name, median_ms: p50_ms, ...range, peak_mib: undefined, p50_ms, p99_ms }
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

function start(forge: readonly string[], args: readonly string[], env: Record<string, string>): ChildProcess {
  const [program, ...first] = forge as [string, ...string[]]
  return spawn(program, [...first, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
}
