import { parseUsd, usdText } from '../../core/money.ts'
import { RECENT_STEP_MS, recentWindow } from '../../core/recent.ts'
import type { AnswerOf, LimitRow, RecentPoint, RecentRow, UsageSums } from '../../core/report-specs.ts'

/** Answers of the last hour, for tests. */

export const TOP_NOW = Date.parse('2026-11-22T19:36:08Z')

/** Usage so many seconds ago. */
export function used(seconds_ago: number, total_tokens: number, cost_usd: string | null = '0.01'): RecentPoint {
  const at = Math.floor((TOP_NOW - 1000 * seconds_ago) / RECENT_STEP_MS) * RECENT_STEP_MS
  return { at: new Date(at).toISOString(), total_tokens, cost_usd }
}

export function sums(total_tokens: number, cost_usd: string | null): UsageSums {
  const names = ['input', 'output', 'cache_read', 'cache_creation', 'cache_write_5m', 'cache_write_1h', 'unpriced']
  const more = ['reported', 'estimated', 'contract_unpriced'].map((name) => `${name}_tokens`)
  const counts = ['message', 'response', 'session', 'tool_call', 'web_search', 'understated'].map(
    (name) => `${name}_count`,
  )
  const zero = Object.fromEntries(
    [...names.map((name) => `${name}_tokens`), ...more, ...counts].map((name) => [name, 0]),
  )
  const unpriced = cost_usd === null ? { unpriced_tokens: total_tokens } : {}
  return { ...zero, ...unpriced, total_tokens, cost_usd, contract_cost_usd: null, contract_saving_usd: null } as never
}

interface GivenRow {
  readonly group: string
  readonly machine?: string
  readonly project?: string
  readonly models?: string[]
  readonly seconds_ago: number
  readonly tokens: number
  readonly cost?: string | null
  readonly points?: RecentPoint[]
  readonly context?: number | null
}

export function aRow(given: GivenRow): RecentRow {
  const {
    group,
    machine = 'studio',
    project = 'claudeforge',
    models = ['claude-opus-4-5'],
    seconds_ago,
    tokens,
  } = given
  return {
    group,
    machines: [machine],
    projects: [project],
    models,
    last_activity: new Date(TOP_NOW - 1000 * seconds_ago).toISOString(),
    context_tokens: given.context ?? null,
    points: given.points ?? [],
    ...sums(tokens, given.cost === undefined ? '1' : given.cost),
    session_count: 1,
  }
}

/** An answer whose totals are those of its rows. */
export function anAnswer(rows: RecentRow[], limits: LimitRow[] = []): AnswerOf<'recent'> {
  const cost = rows.reduce((sum, { cost_usd }) => sum + parseUsd(cost_usd ?? '0'), 0n)
  return {
    date: '2026-11-22',
    tz: 'Europe/Berlin',
    starts: new Date(recentWindow(TOP_NOW).starts).toISOString(),
    price_book: '2026-11-22',
    contract: null,
    unpriced_models: [],
    contract_unpriced_models: [],
    totals: {
      ...sums(tokens(rows), usdText(cost)),
      unpriced_tokens: tokens(rows.filter((row) => row.cost_usd === null)),
    },
    points: rows.flatMap(({ points }) => points).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    rows,
    limits,
  }
}

function tokens(rows: readonly RecentRow[]): number {
  return rows.reduce((sum, { total_tokens }) => sum + total_tokens, 0)
}

export function aLimit(window: string, used_percent: number, minutes_left: number): LimitRow {
  return {
    account: '',
    window,
    used_percent,
    resets_at: new Date(TOP_NOW + 60_000 * minutes_left).toISOString(),
    seen_at: new Date(TOP_NOW - 60_000).toISOString(),
    machine: 'machine-a',
    hostname: 'studio',
    even_percent: null,
    projected_percent: null,
    full_at: null,
  }
}
