import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GROUPINGS } from '../../core/grouping.ts'
import { isDivisible } from '../../core/metric.ts'
import { parseUsd, usdText } from '../../core/money.ts'
import { costOfEvent } from '../../core/prices/cost.ts'
import type { AnswerOf, Reports, SessionRow, UsageSums } from '../../core/report-specs.ts'
import { totalTokens } from '../../core/tokens.ts'
import type { UsageEvent } from '../../core/usage-event.ts'
import { record } from '../../store/ledger.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { anEvent, eventIdOf } from '../support/events.ts'
import { meetAll, openReports, REPORTS_PRICES } from '../support/report-sides.ts'

const anyEvents = fc
  .array(
    fc.record({
      occurred_at: fc.integer({ min: Date.parse('2026-10-20T00:00:00Z'), max: Date.parse('2026-11-22T11:00:00Z') }),
      machine: fc.constantFrom('machine-a', 'machine-b'),
      model: fc.constantFrom('claude-opus-5', 'claude-sonnet-4-5', 'claude-sonnet-5-5', 'glm-4.7', ''),
      variant: fc.constantFrom('', 'fast', 'geo:us', 'fast geo:us', 'tier:batch', 'geo:us tier:batch'),
      seen_as: fc.constantFrom('main' as const, 'sidechain' as const),
      web_searches: fc.nat(2),
      project: fc.constantFrom('shop', '', '日本語'),
      session: fc.constantFrom('s1', 's2', 's3'),
      account: fc.constantFrom('', 'account-of-work', 'account-of-home'),
      kind: fc.constantFrom('response' as const, 'prompt' as const),
      input_tokens: fc.nat(1000),
      output_tokens: fc.nat(1000),
      cache_read_tokens: fc.nat(1_000_000),
      cache_write_5m_tokens: fc.nat(1000),
      cache_write_1h_tokens: fc.nat(1000),
      tool_calls: fc.nat(3),
    }),
    { maxLength: 60 },
  )
  .map((list) =>
    list.map((fields, i) =>
      anEvent({
        ...fields,
        id: eventIdOf(i),
        ...(fields.kind === 'prompt'
          ? {
              input_tokens: 0,
              output_tokens: 0,
              cache_read_tokens: 0,
              cache_write_5m_tokens: 0,
              cache_write_1h_tokens: 0,
              tool_calls: 0,
              web_searches: 0,
              model: '',
              variant: '',
            }
          : {}),
      }),
    ),
  )

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/Havana', 'Australia/Lord_Howe']
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** The rows of every report that divides usage, in a range, each of which sums to the same. */
async function divisions(reports: Reports, query: Asked): Promise<[name: string, rows: readonly UsageSums[]][]> {
  const usages = await Promise.all(
    GROUPINGS.flatMap((by) =>
      (['hour', 'day', 'week', 'month'] as const).map(async (every): Promise<[string, readonly UsageSums[]]> => [
        `usage by ${by} every ${every}`,
        (await reports.usage({ ...query, by, every })).rows,
      ]),
    ),
  )
  return [
    ['totals', [await reports.totals(query)]],
    ['daily', (await reports.daily(query)).days],
    ['weekly', (await reports.weekly(query)).weeks],
    ['monthly', (await reports.monthly(query)).months],
    ['hourly', (await reports.hourly(query)).hours],
    ['machines', (await reports.machines(query)).machines],
    ['models', (await reports.models(query)).models],
    ['projects', (await reports.projects(query)).projects],
    ['agents', (await reports.agents(query)).agents],
    ['versions', (await reports.versions(query)).versions],
    ['sessions', await everySession(reports, query)],
    ['blocks', (await reports.blocks({ ...query, from: '2026-09-01' })).blocks],
    ['punchcard', (await reports.punchcard(query)).cells],
    ...usages,
  ]
}

interface Asked {
  readonly from: string
  readonly to: string
  readonly tz: string
  readonly machine?: string[]
  readonly project?: string[]
  readonly model?: string[]
  readonly account?: string[]
}

async function everySession(reports: Reports, query: Asked): Promise<SessionRow[]> {
  const rows: SessionRow[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: AnswerOf<'sessions'> = await reports.sessions({ ...query, limit: 2, cursor })
    rows.push(...page.sessions)
    cursor = page.next_cursor
  }
  return rows
}

const SUMMED = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'unpriced_tokens',
  'contract_unpriced_tokens',
] as const
const COSTS = ['contract_cost_usd', 'contract_saving_usd', 'cost_usd'] as const

/** Sums of rows as text, money to the last digit. */
function sums(rows: readonly Pick<UsageSums, (typeof SUMMED | typeof COSTS)[number]>[]): string {
  return [
    ...SUMMED.map((name) => `${name} ${sum(rows.map((row) => row[name]))}`),
    ...COSTS.map((name) => `${name} ${usdText(rows.reduce((all, row) => all + parseUsd(row[name] ?? '0'), 0n))}`),
  ].join(', ')
}

/** The same of events, each priced by itself. */
function truth(events: readonly UsageEvent[]): string {
  return sums(
    events.map((event) => {
      const list = costOfEvent(REPORTS_PRICES.list, event)
      const contract = costOfEvent(REPORTS_PRICES.contract, event)
      return {
        ...event,
        total_tokens: totalTokens(event),
        cache_creation_tokens: event.cache_write_5m_tokens + event.cache_write_1h_tokens,
        unpriced_tokens: list === undefined ? totalTokens(event) : 0,
        contract_unpriced_tokens: contract === undefined ? totalTokens(event) : 0,
        cost_usd: list === undefined ? null : usdText(list),
        contract_cost_usd: contract === undefined ? null : usdText(contract),
        contract_saving_usd: list === undefined || contract === undefined ? null : usdText(list - contract),
      }
    }),
  )
}

const range = { from: '2026-10-01', to: '2026-11-23' }

test('every report adds up to the token and to the last digit of its cost, however it divides, over SQL and HTTP alike', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvents, fc.constantFrom(...zones), async (events: UsageEvent[], tz) => {
      const { ledger, write, sides } = await openReports()
      await write(async (tx) => {
        await meetAll(tx, 'machine-a', 'machine-b')
        await record(tx, ONLY_OWNER, events)
      })
      const answers = []
      for (const [, reports] of sides) {
        const found = await divisions(reports, { ...range, tz })
        for (const [name, rows] of found) expect(`${name}: ${sums(rows)}`).toBe(`${name}: ${truth(events)}`)
        const { days } = await reports.daily({ ...range, tz })
        expect(sum(days.map((day) => day.message_count))).toBe(events.length)
        for (const by of GROUPINGS.filter((one) => isDivisible('messages', one))) {
          const { rows } = await reports.usage({ ...range, tz, by })
          expect([by, sum(rows.map((row) => row.message_count))]).toEqual([by, events.length])
        }
        const { total_sessions, total_messages } = await reports.totals({})
        expect(total_messages).toBe(events.length)
        expect(total_sessions).toBe(new Set(events.map(({ session }) => session)).size)
        const { days: squares } = await reports.heatmap({ ...range, tz })
        expect(sum(squares.map((day) => day.total_tokens))).toBe(sum(events.map(totalTokens)))
        const { prices } = await reports.explain({ ...range, tz })
        const explained = prices.reduce((total, row) => total + parseUsd(row.cost_usd ?? '0'), 0n)
        expect(usdText(explained)).toBe(/ cost_usd (.*)$/.exec(truth(events))?.[1])
        answers.push({ found, overview: await reports.overview({ ...range, tz }) })
      }
      expect(answers[1]).toEqual(answers[0])
      const overview = answers[0]?.overview
      expect(overview && sums([overview.totals])).toBe(truth(events))
      expect(overview && sums(overview.periods)).toBe(truth(events))
      await ledger.close()
    }),
    { numRuns: 25 },
  )
})

test('every report with a filter adds up to what fits it, and to nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvents, fc.constantFrom(...zones), async (events: UsageEvent[], tz) => {
      const { ledger, write, sides } = await openReports()
      await write(async (tx) => {
        await meetAll(tx, 'machine-a', 'machine-b')
        await record(tx, ONLY_OWNER, events)
      })
      for (const [, reports] of sides) {
        for (const [filter, values] of Object.entries({
          machine: ['a', 'machine-b'],
          model: ['claude-opus-5', 'glm-4.7'],
          project: ['shop', '日本語'],
          account: ['account-of-work', 'account-of-home'],
        })) {
          for (const value of values) {
            const query = { ...range, tz, [filter]: [value] }
            const fits = events.filter((event) => event[filter as 'model'].endsWith(value))
            for (const [name, rows] of await divisions(reports, query)) {
              expect(`${name} of ${value}: ${sums(rows)}`).toBe(`${name} of ${value}: ${truth(fits)}`)
            }
          }
        }
        const both = { ...range, tz, machine: ['a'], model: ['claude-opus-5', 'nothing'] }
        const fits = events.filter((event) => event.machine === 'machine-a' && event.model === 'claude-opus-5')
        expect(sums([await reports.totals(both)])).toBe(truth(fits))
        expect(sums([await reports.totals({ ...range, tz, machine: ['nobody'] })])).toBe(truth([]))
      }
      await ledger.close()
    }),
    { numRuns: 6 },
  )
})
