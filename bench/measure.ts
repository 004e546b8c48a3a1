import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A command that is timed as a whole process, in an environment of its own. */
export interface Timed {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What it reads on its standard input. */
  readonly input?: string
  /** Done before each run, and not timed. */
  readonly prepare?: () => void
}

export interface Figures {
  readonly name: string
  readonly median_ms: number
  readonly min_ms: number
  readonly max_ms: number
  /** Largest resident set of the runs, in MiB; undefined where the system has no `time`. */
  readonly peak_mib: number | undefined
}

const GNU_TIME = '/usr/bin/time'

/** Runs commands in turn, `rounds` times each after one round to warm up, so that all meet the same weather. */
export function measure(commands: readonly Timed[], rounds: number): Figures[] {
  const runs = commands.map(() => [] as { ms: number; kib: number | undefined }[])
  for (let round = -1; round < rounds; round++) {
    for (const [i, command] of commands.entries()) {
      const run = runOnce(command)
      if (round >= 0) runs[i]?.push(run)
    }
  }
  return commands.map(({ name }, i) => {
    const all = runs[i] ?? []
    const times = all.map(({ ms }) => ms)
    const peaks = all.flatMap(({ kib }) => (kib === undefined ? [] : [kib]))
    return {
      name,
      median_ms: median(times),
      min_ms: Math.min(...times),
      max_ms: Math.max(...times),
      peak_mib: peaks.length === 0 ? undefined : Math.max(...peaks) / 1024,
    }
  })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? (high ?? Number.NaN) : ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** How much of another command's time a command takes. */
export function ratio(ours: Figures, other: Figures): string {
  return `${ours.name} : ${other.name} = ${(ours.median_ms / other.median_ms).toFixed(2)}`
}

/** Figures of something that was timed otherwise, in milliseconds. */
export function figuresOf(name: string, times: readonly number[]): Figures {
  const [min_ms, max_ms] = [Math.min(...times), Math.max(...times)]
  return { name, median_ms: median(times), min_ms, max_ms, peak_mib: undefined }
}

function runOnce({ name, command, env = {}, input, prepare }: Timed): { ms: number; kib: number | undefined } {
  prepare?.()
  const timed = existsSync(GNU_TIME) ? [GNU_TIME, '-f', 'KIB %M', ...command] : command
  const [program, ...args] = timed as [string, ...string[]]
  const started = performance.now()
  const ended = spawnSync(program, args, {
    // NODE_EXTRA_CA_CERTS alone would cost an old Node 30 ms at every start.
    env: { PATH: process.env['PATH'], TZ: 'UTC', LANG: 'C.UTF-8', ...env },
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  })
  const ms = performance.now() - started
  if (ended.status !== 0) throw new Error(`${name} ended with ${ended.status}: ${ended.stderr}`)
  const kib = /KIB (\d+)/.exec(ended.stderr)?.[1]
  return { ms, kib: kib === undefined ? undefined : Number(kib) }
}
