import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { reportPath } from '../api/paths.ts'
import { type ReportName, reportSpecs } from '../core/report-specs.ts'
import { createApp } from '../server/app.ts'
import { createLog } from '../server/log.ts'
import { countAfter } from '../store/events.ts'
import { record } from '../store/ledger.ts'
import { openServerLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { transact } from '../store/transact.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { whyNoPostgres } from '../test/support/postgres-server.ts'
import { cacheFolder, YEAR_ENDS, yearDatabase, yearLedger } from './corpora.ts'
import { type Figures, figuresOf, median } from './measure.ts'

const KEY = 'a-key-for-the-benchmarks'
const ROUNDS = 9
/** Of what takes longer than this, all rounds together. */
const LONG_MS = 10_000
const FEW_ROUNDS = 3

type Question = readonly [report: ReportName, query: string]

const YEAR: Question = ['usage', '?days=365&by=model']

/** What is asked besides each report as it is by default. */
const YEARS: readonly Question[] = [
  YEAR,
  ['usage', '?days=365&by=project'],
  ['usage', '?days=365&by=model&machine=host-0'],
  ['daily', '?days=365'],
  ['overview', '?days=365'],
  ['punchcard', '?days=365'],
]

/** What has a target besides. */
const SHORT = new Set(['totals', 'projects', 'overview'])

/** What a report does not answer without. */
const NEEDED: Partial<Record<ReportName, string>> = { hashes: '?machine=machine-0' }

interface Measured {
  readonly figures: Figures[]
  /** What the questions about a year took of the processor, whatever else ran on the machine. */
  readonly of_processor: string[]
}

/** Every report over a year of so many events, as the server answers it (without the socket), on each engine. */
export async function measureReports(events: number): Promise<Measured> {
  const path = join(cacheFolder('ledgers'), 'asked.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  copyFileSync(await yearLedger(events), path)
  const { figures, of_processor } = await measureOn('SQLite', path, events)
  if (whyNoPostgres() !== undefined) return { figures, of_processor }
  const postgres = await yearDatabase(events)
  try {
    // PostgreSQL is another process, of whose share nothing is known here.
    return { figures: [...figures, ...(await measureOn('PostgreSQL', postgres.url, events)).figures], of_processor }
  } finally {
    await postgres.stop()
  }
}

/** Answers are kept until anything changes, so each round begins with an event of today that no one has asked about. */
async function measureOn(engine: string, address: string, events: number): Promise<Measured> {
  const figures: Figures[] = []
  const of_processor: string[] = []
  const add = (question: string, took: readonly Took[]) => {
    const name = `${question.trim()}, ${engine}`
    const times = took.map(({ ms }) => ms)
    figures.push(figuresOf(name, times))
    const cpu = median(took.map(({ cpu_ms }) => cpu_ms))
    if (question.includes('days=365') || SHORT.has(question.trim()))
      of_processor.push(`${name}: ${cpu.toFixed(0)} ms of the processor`)
  }
  await withServer(address, events, async ({ ask, forgetDays }) => {
    await forgetDays()
    add(`${YEAR.join(' ')}, of which nobody has asked before`, [await ask(YEAR)])
  })
  await withServer(address, events, async ({ ask, news }) => {
    await news()
    add(`${YEAR.join(' ')}, the first question after a start`, [await ask(YEAR)])
    const byDefault = (Object.keys(reportSpecs) as ReportName[]).map((name): Question => [name, NEEDED[name] ?? ''])
    for (const question of [...YEARS, ...byDefault]) {
      const took: Took[] = []
      for (let round = -1, ms = 0; round < (ms > LONG_MS ? FEW_ROUNDS : ROUNDS); round++) {
        await news()
        const one = await ask(question)
        ms += one.ms
        if (round >= 0) took.push(one)
      }
      add(question.join(' '), took)
    }
    const again: Took[] = []
    for (let round = 0; round < ROUNDS; round++) again.push(await ask(YEAR))
    add(`${YEAR.join(' ')}, asked again with nothing new`, again.slice(1))
  })
  return { figures, of_processor }
}

/** To the whole answer: on the wall, and of the processor in this process, waiting for nobody. */
interface Took {
  readonly ms: number
  readonly cpu_ms: number
}

interface Asked {
  ask(question: Question): Promise<Took>
  /** As if nobody had ever asked: a database may be that of the run before. */
  forgetDays(): Promise<void>
  /** One more event of today. */
  news(): Promise<void>
}

async function withServer(address: string, events: number, run: (server: Asked) => Promise<void>): Promise<void> {
  const ledger = await openServerLedger(address)
  const silent = createLog({ write: () => true }, () => 0)
  const options = { db: ledger.db, tz: 'Europe/Berlin', version: '0', server_id: '', log: silent, api_key: KEY }
  const app = createApp({ ...options, now: () => YEAR_ENDS, randomBytes: (count) => new Uint8Array(count) })
  let arrived = await countAfter(ledger.db, ONLY_OWNER, events)
  await run({
    async ask([name, query]) {
      const started = performance.now()
      const before = process.cpuUsage()
      const answer = await app.request(reportPath(name) + query, { headers: { 'X-API-Key': KEY } })
      const text = await answer.text()
      if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${text}`)
      const { user, system } = process.cpuUsage(before)
      return { ms: performance.now() - started, cpu_ms: (user + system) / 1000 }
    },
    async forgetDays() {
      await ledger.db.deleteFrom('day_usage').execute()
    },
    async news() {
      const event = anEvent({
        id: eventIdOf(events + ++arrived),
        occurred_at: YEAR_ENDS - 3_600_000 + arrived * 1000,
        machine: 'machine-0',
        session: 'session-of-now',
        project: 'project-0',
      })
      await transact(ledger.db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, [event]))
    },
  })
  await ledger.close()
}
