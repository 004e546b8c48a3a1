import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Server } from '../api/client.ts'
import { Problem } from '../core/problem.ts'
import { listPrices, type PriceBook } from '../core/prices/price-book.ts'
import type { Reports } from '../core/report-specs.ts'
import type { Ledger } from '../store/open.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { type Config } from './config.ts'
import { forgeFolder } from './forge-folder.ts'
import type { Surroundings } from './surroundings.ts'

/** Reports from this machine's own ledger, at the prices that are set here. */
export async function localReports(ledger: Ledger, surroundings: Surroundings): Promise<Reports> {
  const { now, zone } = surroundings
  const prices = { list: listPrices(), contract: await ownPrices(surroundings) }
  return ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: zone, prices, keepsDays: true })
}

/** What someone really pays, where they say so. */
async function ownPrices(surroundings: Surroundings): Promise<PriceBook | undefined> {
  const named = surroundings.env['FORGE_PRICES']?.trim()
  const path = named || join(forgeFolder(surroundings), 'prices.json')
  if (!named && !existsSync(path)) return undefined
  // Loaded only here: what checks such a file is much, and few have one.
  const { contractPrices } = await import('../store/contract-prices.ts')
  return contractPrices(path, { is_required: Boolean(named) })
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
      hint: `Get one: forge login ${server_url}`,
    })
  }
  // Loaded only here: who asks nothing of a server need not wait for its contract.
  const { connect } = await import('../api/client.ts')
  return { url: server_url, server: connect({ url: server_url, key: api_key }, { fetch, ...timing }) }
}
