import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { saveKey } from '../store/keys.ts'
import { openServerLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { startPostgres, whyNoPostgres } from '../test/support/postgres-server.ts'
import { AS_IT_IS_RUN, cacheFolder } from './corpora.ts'
import { CLIENTS, type Sent, sendAll } from './ingest-load.ts'
import { type Figures, median } from './measure.ts'

/** What four clients send at once, to a real server with all its checks, on each engine. */
export async function measureIngest(
  program: readonly string[],
  events: number,
): Promise<{ about: string; figures: Figures[] }> {
  const data = cacheFolder('ingest-data')
  rmSync(data, { recursive: true, force: true })
  const sqlite = await ingestInto(program, join(data, 'usage.db'), { FORGE_DATA_DIR: data }, events)
  if (whyNoPostgres() !== undefined) return { about: sqlite.about, figures: [sqlite.figure] }
  const server = await startPostgres({ options: AS_IT_IS_RUN })
  try {
    const postgres = await ingestInto(program, server.url, { FORGE_DATABASE_URL: server.url }, events)
    return { about: `${sqlite.about}; ${postgres.about}`, figures: [sqlite.figure, postgres.figure] }
  } finally {
    await server.remove()
  }
}

async function ingestInto(
  program: readonly string[],
  address: string,
  env: Record<string, string>,
  events: number,
): Promise<{ about: string; figure: Figures }> {
  const keys = await clientKeys(address)
  const [command, ...args] = program as [string, ...string[]]
  const child = spawn(command, [...args, 'serve', '--port', '0'], {
    env: { PATH: process.env['PATH'], HOME: cacheFolder('home-ingest'), FORGE_API_KEY: 'k'.repeat(32), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await new Promise<string>((resolve) => {
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      const found = /"port":(\d+)/.exec((said = (said + text.toString()).slice(-2000)))
      if (found !== null) resolve(found[1] as string)
    })
  })
  const samples = sampled(child.pid as number)
  try {
    const sent = await sendAll(`http://127.0.0.1:${port}`, keys, events)
    const peak_mib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    return described(env['FORGE_DATABASE_URL'] === undefined ? 'SQLite' : 'PostgreSQL', {
      sent,
      samples: samples.stop(),
      peak_mib,
    })
  } finally {
    child.kill('SIGTERM')
  }
}

/** What the server was at some time: other work on the machine changes how fast it is, and neither of these. */
interface Sample {
  readonly at: number
  readonly mib: number
  readonly cpu_s: number
}

function sampled(pid: number): { stop(): readonly Sample[] } {
  const samples: Sample[] = []
  const take = () => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).map(Number)
    const mib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
    samples.push({ at: performance.now(), mib, cpu_s: (user + system) / 100 })
  }
  const timer = setInterval(take, 250)
  return {
    stop() {
      clearInterval(timer)
      take()
      return samples
    },
  }
}

interface Run {
  readonly sent: readonly Sent[]
  readonly samples: readonly Sample[]
  readonly peak_mib: number
}

function described(engine: string, { sent, samples, peak_mib }: Run): { about: string; figure: Figures } {
  const times = sent.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const ended = sent.map((one) => one.ended).toSorted((a, b) => a - b)
  const started = Math.min(...sent.map((one) => one.ended - one.ms))
  const rate = (from: number, to: number, batches: number) =>
    Math.round((batches * 1e6) / (to - from)).toLocaleString('en-US')
  const tenth = Math.max(1, Math.floor(ended.length / 10))
  const last = ended.at(-1) as number
  const p99 = times[Math.floor(times.length * 0.99)] as number
  const about =
    `${engine}: ${rate(started, last, ended.length)} events a second, p99 of a batch ${p99.toFixed(0)} ms, ` +
    `first tenth ${rate(started, ended[tenth - 1] as number, tenth)}, ` +
    `last tenth ${rate(ended.at(-tenth - 1) ?? started, last, tenth)}, ` +
    `${constancy(samples, [started, ended[tenth - 1] as number, ended.at(-tenth - 1) ?? started, last], tenth)}`
  const figure = {
    name: `one batch of 1,000 events, ${CLIENTS} clients, ${engine}`,
    median_ms: median(times),
    min_ms: times[0] as number,
    max_ms: times.at(-1) as number,
    peak_mib,
  }
  return { about, figure }
}

/** Memory after the first tenth and at the end, and what an event took of the server's processor in the first and the last. */
function constancy(
  samples: readonly Sample[],
  times: readonly [number, number, number, number],
  batches: number,
): string {
  const at = (time: number) => samples.find((sample) => sample.at >= time) ?? (samples.at(-1) as Sample)
  const [begun, first, late, last] = times.map(at) as [Sample, Sample, Sample, Sample]
  const each = (from: Sample, to: Sample) => (((to.cpu_s - from.cpu_s) * 1e6) / (batches * 1000)).toFixed(1)
  return (
    `${first.mib.toFixed(0)} MiB after the first tenth and ${last.mib.toFixed(0)} at the end, ` +
    `${each(begun, first)} µs of the server's processor an event in the first tenth and ${each(late, last)} in the last`
  )
}

async function clientKeys(address: string): Promise<string[]> {
  const keys = Array.from({ length: CLIENTS }, (_, client) => `a-key-of-client-${client}-for-the-benchmarks`)
  const ledger = await openServerLedger(address)
  for (const [client, key] of keys.entries()) {
    await saveKey(ledger.db, {
      id: `client-${client}`,
      hash: createHash('sha256').update(key).digest('hex'),
      scope: 'ingest',
      label: '',
      owner: ONLY_OWNER,
      machine: '',
      created_at: 0,
      last_used: 0,
      last_used_from: '',
      expires_at: 0,
      revoked_at: 0,
      replaces: '',
      grace_ms: 0,
      family: '',
      machine_group: '',
      is_ephemeral: 0,
    })
  }
  await ledger.close()
  return keys
}
