import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createApp } from '../server/app.ts'
import { listen, stopListening } from '../server/listen.ts'
import { createLog } from '../server/log.ts'
import { openServerLedger } from '../store/open.ts'
import { YEAR_ENDS, yearLedger } from './corpora.ts'
import { reportPath } from '../api/paths.ts'
import type { Asking, Heard } from './answers-asker.ts'
import { type Figures, figuresOf } from './measure.ts'

const KEY = 'a-key-for-the-benchmarks'
const ROUNDS = 5

/** A year by day and model that was asked before, as often as sixteen connections of another process get it. */
export async function measureAnswers(): Promise<{ about: string; figures: Figures[] }> {
  const ledger = await openServerLedger(await yearLedger(1_000_000))
  const log = createLog({ write: () => true }, () => 0)
  const options = { db: ledger.db, tz: 'Europe/Berlin', version: '0', server_id: '', log, api_key: KEY }
  const app = createApp({
    ...options,
    now: () => YEAR_ENDS,
    randomBytes: (count) => new Uint8Array(count),
    // A key is not let through so often.
    limits: { requests: 1e12 },
  })
  const { server, port } = await listen(app, { host: '127.0.0.1', port: 0 }, fetch)
  const path = `${reportPath('usage')}?days=30&by=model`
  const measured = []
  for (const [accepts, how] of [
    ['', 'as they are'],
    ['gzip', 'compressed, as browsers and forge take them'],
  ] as const) {
    measured.push(described(how, await asked({ port, path, key: KEY, accepts, ms: 2000 })))
  }
  await stopListening(server, 0)
  await ledger.close()
  return { about: measured.map(({ about }) => about).join('; '), figures: measured.map(({ figure }) => figure) }
}

type Round = Heard & { readonly cpu_us: number }

async function asked(asking: Asking): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = -1; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    const asker = fork(new URL('answers-asker.ts', import.meta.url), [JSON.stringify(asking)])
    const [heard] = (await once(asker, 'message')) as [Heard]
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) rounds.push({ ...heard, cpu_us: (user + system) / heard.answers })
  }
  return rounds
}

function described(how: string, rounds: readonly Round[]): { about: string; figure: Figures } {
  const figure = figuresOf(
    `a thousand kept answers, ${how}, 16 connections`,
    rounds.map(({ answers, ms }) => (ms / answers) * 1000),
  )
  const cpu = rounds.map(({ cpu_us }) => cpu_us).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number
  const about =
    `${Math.round(1e6 / figure.median_ms).toLocaleString('en-US')} answers a second ${how}, of ${rounds[0]?.bytes} bytes; ` +
    `${cpu.toFixed(0)} µs of the server's CPU for one`
  return { about, figure }
}
