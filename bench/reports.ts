import { reportPath } from '../api/paths.ts'
import { type ReportName, reportSpecs } from '../core/report-specs.ts'
import { createApp } from '../server/app.ts'
import { createLog } from '../server/log.ts'
import { openServerLedger } from '../store/open.ts'
import { YEAR_ENDS, yearLedger } from './corpora.ts'
import { type Figures, figuresOf } from './measure.ts'

const KEY = 'a-key-for-the-benchmarks'
const EVENTS = 1_000_000
const ROUNDS = 9

/** What is asked besides each report as it is by default. */
const YEARS: readonly [ReportName, string][] = [
  ['usage', '?days=365&by=model'],
  ['usage', '?days=365&by=project'],
  ['daily', '?days=365'],
  ['overview', '?days=365'],
  ['punchcard', '?days=365'],
]

/** Every report over a million events of a year, as the server answers it (without the socket), and the first one. */
export async function measureReports(): Promise<{ events: number; figures: Figures[] }> {
  const ledger = await openServerLedger(await yearLedger(EVENTS))
  const silent = createLog({ write: () => true }, () => 0)
  const options = { db: ledger.db, tz: 'Europe/Berlin', version: '0', server_id: '', log: silent, api_key: KEY }
  const app = createApp({ ...options, now: () => YEAR_ENDS, randomBytes: (count) => new Uint8Array(count) })
  const ask = async (name: ReportName, query: string): Promise<number> => {
    const started = performance.now()
    const answer = await app.request(reportPath(name) + query, { headers: { 'X-API-Key': KEY } })
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`)
    await answer.text()
    return performance.now() - started
  }
  const figures = [figuresOf('usage ?days=365&by=model, the first question after the start', [await ask(...year())])]
  const all = [...YEARS, ...(Object.keys(reportSpecs) as ReportName[]).map((name) => [name, ''] as const)]
  for (const [name, query] of all) {
    const times: number[] = []
    for (let round = -1; round < ROUNDS; round++) {
      const ms = await ask(name, query)
      if (round >= 0) times.push(ms)
    }
    figures.push(figuresOf(`${name} ${query}`.trim(), times))
  }
  await ledger.close()
  return { events: EVENTS, figures }
}

function year(): [ReportName, string] {
  return YEARS[0] as [ReportName, string]
}
