import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What is shipped, where `npm test` has just built it; else the source, which needs no build. */
export const PROGRAM = new URL(
  process.env['npm_lifecycle_event'] === 'test' ? '../../dist/forge.js' : '../../bin/forge.ts',
  import.meta.url,
).pathname

export interface ProgramOptions {
  readonly home: string
  readonly env?: Readonly<Record<string, string>>
  /** As which user; only the superuser may choose another. */
  readonly uid?: number
  /** A program, with its arguments, that starts it in its turn. */
  readonly by?: readonly string[]
}

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the real program in a home of its own, with nothing of this process's environment but the PATH. */
export function startForge(
  args: readonly string[],
  { home, env = {}, uid, by = [] }: ProgramOptions,
  /** What it may read from standard input. */
  input?: string,
): ChildProcess {
  const [file = '', ...words] = [...by, process.execPath, PROGRAM, ...args]
  const child = spawn(file, words, {
    env: { PATH: process.env['PATH'], HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  child.stdin?.end(input)
  return child
}

/** Runs the real program to its end. */
export async function runForge(args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const child = startForge(args, options)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

export interface ServedForge {
  readonly child: ChildProcess
  readonly url: string
  /** All that it has printed so far. */
  readonly printed: () => string
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Starts `forge serve` as a process, and waits until it answers. */
export async function serveForge(
  { home, env }: ProgramOptions,
  { port = 0, args = [] }: { port?: number; args?: readonly string[] } = {},
): Promise<ServedForge> {
  const data = { FORGE_DATA_DIR: join(home, 'server-data') }
  const child = startForge(['serve', '--port', String(port), ...args], { home, env: { ...data, ...env } })
  let printed = ''
  const ended = once(child, 'close')
  const url = await new Promise<string>((resolve, reject) => {
    const take = (text: string) => {
      printed += text
      const match = /"port":(\d+).*"msg":"started"/.exec(printed)
      if (match !== null) resolve(`http://127.0.0.1:${match[1]}`)
    }
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    child.once('close', () => reject(new Error(`forge serve ended: ${printed}`)))
  })
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  try {
    onTestFinished(() => kill('SIGKILL'))
  } catch {
    // Outside a test (a benchmark) the caller stops it.
  }
  return { child, url, printed: () => printed, kill }
}
