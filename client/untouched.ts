import { existsSync } from 'node:fs'
import { LIST_VERSION } from '../core/prices/list-version.ts'
import type { AnswerOf, Reports } from '../core/report-specs.ts'
import { resolveRange } from '../core/range.ts'
import { search } from '../sources/claude-code/locate.ts'
import { forgeFolder } from './forge-folder.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Is there nothing here that either Claude Code or forge has written, and no word of a server? Then there is nothing to
 * read, and no reason to leave a ledger behind.
 */
export function isUntouched(surroundings: Surroundings): boolean {
  if (Object.keys(surroundings.env).some((name) => name.startsWith('FORGE_'))) return false
  if (existsSync(forgeFolder(surroundings))) return false
  const { figure_files, listings, found } = search(surroundings)
  if (figure_files.length > 0) return false
  for (const { files } of listings) if (files.length > 0) return false
  return found().problems.length === 0
}

/** What a ledger without anything answers of some days. */
export function emptyReports({
  now,
  zone,
}: Pick<Surroundings, 'now' | 'zone'>): Pick<Reports, 'usage' | 'totals' | 'machines'> {
  const pricing = {
    price_book: LIST_VERSION,
    contract: null,
    unpriced_models: [],
    contract_unpriced_models: [],
  }
  return {
    usage: async ({ by = 'model', every = 'day', ...query }) => {
      const { from, to, tz } = resolveRange(query, { now: now(), tz: query.tz ?? zone, days: 30 })
      return { from, to, tz, ...pricing, gaps: [], by, every, rows: [] }
    },
    totals: async () => ({ ...NOTHING, ...pricing }),
    machines: async ({ from = null, to = null, tz = zone }) => ({ from, to, tz, ...pricing, machines: [] }),
  }
}

const NOTHING: Omit<AnswerOf<'totals'>, 'price_book' | 'contract' | 'unpriced_models' | 'contract_unpriced_models'> = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  unpriced_tokens: 0,
  message_count: 0,
  response_count: 0,
  session_count: 0,
  tool_call_count: 0,
  web_search_count: 0,
  understated_count: 0,
  reported_tokens: 0,
  estimated_tokens: 0,
  cost_usd: '0',
  contract_cost_usd: null,
  contract_saving_usd: null,
  contract_unpriced_tokens: 0,
  total_messages: 0,
  total_sessions: 0,
  total_tool_calls: 0,
  machine_count: 0,
  first_activity: null,
  last_activity: null,
}
