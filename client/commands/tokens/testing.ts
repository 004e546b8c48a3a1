import { expect } from 'vitest'
import { startOfDay } from '../../../core/calendar.ts'
import { addDays, type Day } from '../../../core/day.ts'
import { usdText } from '../../../core/money.ts'
import { periodBefore } from '../../../core/range.ts'
import type { AnswerOf, MachineRow, Reports, UsageRow, UsageSums } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import type { Scope } from '../report/run.ts'
import { noSums, sumOf } from '../../../core/usage-sums.ts'
import { showTokens, type TokensOptions } from './show.ts'

/** Data for tests of screens: usage as rows, and a terminal that remembers what was written to it. */

/** Sunday, 22 November 2026, 20:36 in Berlin. */
export const NOW = Date.parse('2026-11-22T19:36:08Z')
export const TODAY = '2026-11-22'

const MINUTE = 60_000

/** A row of usage; its classes are made up from the total unless given, seven eighths of it cache reads. */
export function row(date: Day, group: string, total: number, more: Partial<UsageRow> = {}): UsageRow {
  const cache_read_tokens = Math.floor((total * 7) / 8)
  const output_tokens = Math.floor((total - cache_read_tokens) / 4)
  return {
    date,
    ...timesOf(date, ZONE),
    group,
    ...NOTHING,
    total_tokens: total,
    input_tokens: total - cache_read_tokens - output_tokens,
    output_tokens,
    cache_read_tokens,
    cost_usd: usdText(BigInt(total) * 1_500_000n),
    response_count: 1,
    message_count: 1,
    session_count: 1,
    ...more,
  }
}

const ZONE = 'Europe/Berlin'

function timesOf(date: Day, tz: string): { starts: string; ends: string } {
  const [starts, ends] = [startOfDay(date, tz), startOfDay(addDays(date, 1), tz)]
  return { starts: new Date(starts).toISOString(), ends: new Date(ends).toISOString() }
}

const { cost: _, contract_cost: __, contract_saving: ___, ...NO_COUNTS } = noSums()
const NOTHING: UsageSums = { ...NO_COUNTS, cost_usd: '0', contract_cost_usd: null, contract_saving_usd: null }

/** A day of which nothing but an estimate is known. */
export function estimate(date: Day, group: string, estimated_tokens: number): UsageRow {
  const none = { cost_usd: null, response_count: 0, message_count: 0, session_count: 0 }
  return row(date, group, 0, { estimated_tokens, ...none })
}

export function machine(hostname: string, minutesAgo: number, more: Partial<MachineRow> = {}): MachineRow {
  const last_sync = new Date(NOW - minutesAgo * MINUTE).toISOString()
  return {
    hostname,
    first_seen: last_sync,
    last_sync,
    is_active: true,
    label: '',
    is_archived: false,
    is_ephemeral: false,
    machine_group: '',
    copied_from: null,
    is_cloned: false,
    machine: hostname,
    event_count: 1,
    last_activity: last_sync,
    cleanup_period_days: 30,
    client_version: '2.1.232',
    ...NOTHING,
    ...more,
  }
}

/** Three machines, one of which has not been heard of for long. */
export const MACHINES = [machine('studio', 2), machine('ci', 180), machine('old-mbp', 19 * 24 * 60)]

/** A week of three models, with a day of rest, and the week before it. */
export const WEEK: readonly UsageRow[] = [
  ...models('2026-11-16', 2_040_000, 1_132_000, 379_204),
  ...models('2026-11-17', 1_589_000, 604_000, 377_000),
  ...models('2026-11-18', 818_000, 149_000, 223_000),
  ...models('2026-11-19', 2_625_000, 675_000, 450_000),
  ...models('2026-11-20', 602_000, 1_203_000, 225_000),
  ...models('2026-11-22', 846_000, 0, 154_000),
  ...models('2026-11-12', 10_000_000, 6_010_000, 0),
]

/** Sessions of each day of {@link WEEK}. */
export const SESSIONS = {
  '2026-11-16': 9,
  '2026-11-17': 7,
  '2026-11-18': 4,
  '2026-11-19': 8,
  '2026-11-20': 5,
  '2026-11-22': 3,
}

function models(date: Day, opus: number, sonnet: number, haiku: number): UsageRow[] {
  const rows = [
    row(date, 'claude-opus-4-5-20251101', opus),
    row(date, 'claude-sonnet-4-5-20250929', sonnet),
    row(date, 'claude-haiku-4-5-20251001', haiku),
  ]
  return rows.filter(({ total_tokens }) => total_tokens > 0)
}

export interface Given {
  readonly rows: readonly UsageRow[]
  readonly sessions?: Readonly<Record<Day, number>>
  readonly machines?: readonly MachineRow[]
  readonly gaps?: AnswerOf<'usage'>['gaps']
}

/** Reports over given rows, whatever they are divided by: as many of them as `forge tokens` asks. */
export function reportsOf({ rows, sessions = {}, machines = MACHINES, gaps = [] }: Given): Reports {
  const inside = ({ from = '', to = '9999' }: { from?: string | undefined; to?: string | undefined }) =>
    rows.filter(({ date }) => date >= from && date <= to)
  const sessionsOf = ({ from = '', to = '9999' }: { from?: string | undefined; to?: string | undefined }) =>
    Object.entries(sessions).filter(([date]) => date >= from && date <= to)
  const pricing = {
    price_book: '2026-11-22',
    contract: null,
    unpriced_models: unpricedIn(rows),
    contract_unpriced_models: [],
  }
  const asked: Pick<Reports, 'usage' | 'totals' | 'machines'> = {
    async usage({ from = TODAY, to = TODAY, tz = 'UTC', by = 'model', every = 'day', compare }) {
      const counted = () => undivided(inside({ from, to }), new Map(sessionsOf({ from, to })))
      const answer = { from, to, tz, by, every, ...pricing, gaps: [...gaps] }
      const before = periodBefore({ from, to, tz })
      const timed = (list: readonly UsageRow[]) => list.map((of) => ({ ...of, ...timesOf(of.date, tz) }))
      return {
        ...answer,
        rows: timed(by === 'none' ? counted() : inside({ from, to })),
        ...(compare ? { previous: { ...answer, ...before, rows: timed(inside(before)) } } : {}),
      }
    },
    async totals(query) {
      const found = inside(query)
      const dates = found.map(({ date }) => date).toSorted()
      const { cost, contract_cost: _, contract_saving: __, ...sums } = sumOf(found)
      const total_sessions = sessionsOf(query).reduce((sum, [, count]) => sum + count, 0)
      return {
        ...sums,
        ...pricing,
        cost_usd: usdText(cost),
        contract_cost_usd: null,
        contract_saving_usd: null,
        session_count: total_sessions,
        total_messages: found.length,
        total_sessions,
        total_tool_calls: 0,
        machine_count: machines.length,
        first_activity: dates[0] ?? null,
        last_activity: dates.at(-1) ?? null,
      }
    },
    async machines() {
      return { from: null, to: null, tz: 'UTC', ...pricing, machines: [...machines] }
    },
  }
  return asked as Reports
}

/** A row of each day that has any. */
function undivided(rows: readonly UsageRow[], sessions: ReadonlyMap<Day, number>): UsageRow[] {
  const dates = new Set([...rows.map(({ date }) => date), ...sessions.keys()])
  return [...dates].toSorted().map((date) => {
    const ofDay = rows.filter((one) => one.date === date)
    const { cost, contract_cost: _, contract_saving: __, ...sums } = sumOf(ofDay)
    const isKnown = ofDay.some(({ cost_usd }) => cost_usd !== null)
    return row(date, '', 0, {
      ...sums,
      cost_usd: isKnown ? usdText(cost) : null,
      session_count: sessions.get(date) ?? 0,
    })
  })
}

function unpricedIn(rows: readonly UsageRow[]): string[] {
  return [...new Set(rows.filter((row) => row.unpriced_tokens > 0).map(({ group }) => group))]
}

export interface Terminal {
  readonly width?: number
  readonly isTTY?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly scope?: Scope
}

const SERVER: Scope = { kind: 'server', url: 'http://nas:8420' }

/** Runs `forge tokens` over reports, in a terminal of 80 columns without colour unless told otherwise. */
export async function run(
  reports: Reports,
  options: TokensOptions = {},
  { width = 80, isTTY = true, env = { NO_COLOR: '1' }, scope = SERVER }: Terminal = {},
): Promise<{ code: ExitCode; out: string; err: string }> {
  const written = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => void (written[name] += text),
    isTTY,
    columns: isTTY ? width : undefined,
  })
  const surroundings: Surroundings = {
    env,
    home: '/home/ana',
    platform: 'linux',
    hostname: 'studio',
    program: { node: '/usr/bin/node', script: '/usr/lib/forge.js' },
    now: () => NOW,
    zone: 'Europe/Berlin',
    randomBytes: () => new Uint8Array(),
    fetch: () => Promise.reject(new Error('no network here')),
    sleep: () => Promise.resolve(),
    stdin: { isTTY: false, line: async () => undefined, all: async () => '' },
    terminal: async () => undefined,
    stdout: sink('out'),
    stderr: sink('err'),
  }
  const code = await showTokens(reports, options, scope, surroundings)
  return { code, ...written }
}

/** So many days that end today, oldest first. */
export function lastDays(count: number): Day[] {
  return Array.from({ length: count }, (_, i) => addDays(TODAY, i + 1 - count))
}

/** That week, as reports are given it. */
export const GIVEN_WEEK: Given = { rows: WEEK, sessions: SESSIONS }

/** What is drawn, with nothing on standard error; on a line of its own, as snapshots have it. */
export async function screen(given: Given, options: TokensOptions = {}, terminal: Terminal = {}): Promise<string> {
  const { code, out, err } = await run(reportsOf(given), options, terminal)
  expect(code).toBe(0)
  expect(err).toBe('')
  return `\n${out}`
}
