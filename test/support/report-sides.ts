import { pino } from 'pino'
import { connect } from '../../api/client.ts'
import { parseContract } from '../../core/prices/contract.ts'
import { listPrices } from '../../core/prices/price-book.ts'
import type { Reports } from '../../core/report-specs.ts'
import { createApp } from '../../server/app.ts'
import { meetMachine } from '../../store/meet-machine.ts'
import type { Ledger, Tx } from '../../store/open.ts'
import { ledgerReports } from '../../store/reports/index.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { openTestLedger } from '../../store/testing.ts'
import { transact } from '../../store/transact.ts'

export const REPORTS_NOW = Date.parse('2026-11-22T12:00:00Z')
const KEY = 'a-key-for-tests-of-the-reports'
/** A discount, and one model with a price of its own, which says nothing of long prompts, the US or fast mode. */
const CONTRACT = parseContract(
  {
    name: 'ACME',
    discount_percent: 12.5,
    models: {
      'claude-opus-5': {
        periods: [
          {
            from: '2026-11-10',
            rates: { input: 4, output: 20, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.4 },
          },
        ],
      },
    },
  },
  listPrices(),
)
export const REPORTS_PRICES = { list: listPrices(), contract: CONTRACT }

/** A ledger with the same reports over SQL and over HTTP. */
export async function openReports({ now = () => REPORTS_NOW } = {}): Promise<{
  ledger: Ledger
  write: (run: (tx: Tx) => Promise<unknown>) => Promise<void>
  sides: [string, Reports][]
}> {
  const ledger = await openTestLedger()
  const app = createApp({
    db: ledger.db,
    now,
    tz: 'UTC',
    version: '0.0.0',
    server_id: 'server-1',
    log: pino({ level: 'silent' }),
    randomBytes: (count) => new Uint8Array(count),
    api_key: KEY,
    contract: CONTRACT,
    limits: { requests: 1e9 },
  })
  const overHttp = connect(
    { url: 'http://server.test', key: KEY },
    { fetch: async (input, init) => app.request(input as string, init) },
  )
  return {
    ledger,
    write: (run) => transact(ledger.db, ONLY_OWNER, async (tx) => void (await run(tx))),
    sides: [
      ['SQL', ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: 'UTC', prices: REPORTS_PRICES })],
      ['HTTP', overHttp.reports],
    ],
  }
}

/** Machines that the ledger has; `machine-a` is one on the host `a`. */
export async function meetAll(tx: Tx, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await meetMachine(tx, ONLY_OWNER, { id, hostname: id.slice('machine-'.length), protocol: 2 }, REPORTS_NOW)
  }
}
