import { join } from 'node:path'
import type { Server } from '../api/client.ts'
import { Problem } from '../core/problem.ts'
import { listPrices } from '../core/prices/price-book.ts'
import type { Reports } from '../core/report-specs.ts'
import { contractPrices, PRICES_FILE } from '../store/contract-prices.ts'
import type { Ledger } from '../store/open.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { type Config, forgeFolder } from './config.ts'
import type { Surroundings } from './surroundings.ts'

/** Reports from this machine's own ledger, at the prices that are set here. */
export function localReports(ledger: Ledger, surroundings: Surroundings): Reports {
  const { now, zone, env } = surroundings
  const named = env['FORGE_PRICES']?.trim()
  const contract = contractPrices(named || join(forgeFolder(surroundings), PRICES_FILE), {
    is_required: Boolean(named),
  })
  return ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: zone, prices: { list: listPrices(), contract } })
}

/** A server with its key, as the settings name it; undefined where no server is set. */
export async function configuredServer(
  { server_url, api_key }: Config,
  { fetch }: Surroundings,
  timing: { timeout_ms?: number } = {},
): Promise<{ url: string; server: Server } | undefined> {
  if (server_url === undefined) return undefined
  if (api_key === undefined) {
    throw new Problem('unauthenticated', `No key is set for ${server_url}.`, {
      hint: 'The server printed it at its first start. Set it: forge config set api-key KEY',
    })
  }
  // Loaded only here: who asks nothing of a server need not wait for its contract.
  const { connect } = await import('../api/client.ts')
  return { url: server_url, server: connect({ url: server_url, key: api_key }, { fetch, ...timing }) }
}
