import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FigureSet } from '../core/day-figure.ts'
import { GROUPINGS } from '../core/grouping.ts'
import { isDivisible } from '../core/metric.ts'
import { parseUsd, usdText } from '../core/money.ts'
import { costOfEvent } from '../core/prices/cost.ts'
import type { AnswerOf, QueryOf, Reports, SessionRow, UsageSums } from '../core/report-specs.ts'
import { totalTokens } from '../core/tokens.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { recordCoverage } from '../store/coverage.ts'
import { recordFigures } from '../store/day-figures.ts'
import { record } from '../store/ledger.ts'
import { eraseMachine } from '../store/erase-machine.ts'
import { setActive } from '../store/machines.ts'
import { meetMachine } from '../store/meet-machine.ts'
import type { Tx } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { openReports as open, REPORTS_NOW, REPORTS_PRICES as PRICES } from './support/report-sides.ts'

/**
 * The report suite. Everything here is asked twice, of a ledger in SQL and of a server over HTTP, and must come out the
 * same: that is what makes `--local` and the server one.
 */

const now = () => REPORTS_NOW

const machines = (tx: Tx, ...ids: string[]) =>
  Promise.all(ids.map((id) => meetMachine(tx, ONLY_OWNER, { id, hostname: id.slice(8), protocol: 2 }, now())))

const figures = (machine: string, date: string, given: Partial<FigureSet> = {}): FigureSet => ({
  snapshot: { machine, origin: 'stats-cache', version: 2, basis: 'in+out', last_day: date, first_day: date },
  figures: [
    {
      machine,
      origin: 'stats-cache',
      date,
      model: 'claude-opus-4-5-20251101',
      total_tokens: 5000,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
    },
  ],
  activity: [{ machine, origin: 'stats-cache', date, message_count: 40, session_count: 2, tool_call_count: 9 }],
  models: [],
  ...given,
})

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
      const list = costOfEvent(PRICES.list, event)
      const contract = costOfEvent(PRICES.contract, event)
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

describe('every report', () => {
  test('adds up to the token and to the last digit of its cost, however it divides, over SQL and HTTP alike', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.constantFrom(...zones), async (events: UsageEvent[], tz) => {
        const { ledger, write, sides } = await open()
        await write(async (tx) => {
          await machines(tx, 'machine-a', 'machine-b')
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

  test('never gets more by a filter, and what its values leave apart adds up to the whole', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.constantFrom(...zones), async (events: UsageEvent[], tz) => {
        const { ledger, write, sides } = await open()
        await write(async (tx) => {
          await machines(tx, 'machine-a', 'machine-b')
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

  test('compares with as many days before, moved by whole weeks', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a')
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), occurred_at: Date.parse('2026-11-20T10:00:00Z'), output_tokens: 5 }),
        anEvent({ id: eventIdOf(2), occurred_at: Date.parse('2026-11-13T10:00:00Z'), output_tokens: 7 }),
      ])
    })
    for (const [, reports] of sides) {
      const daily = await reports.daily({ from: '2026-11-20', to: '2026-11-22', compare: 'previous' })
      expect(daily.previous).toMatchObject({ from: '2026-11-13', to: '2026-11-15', days: [{ output_tokens: 7 }] })
      const totals = await reports.totals({ days: 10, compare: 'previous' })
      expect([totals.output_tokens, totals.previous?.output_tokens]).toEqual([12, 0])
      expect((await reports.totals({ compare: 'previous' })).previous).toBeUndefined()
      const query = { from: '2026-11-20', to: '2026-11-22', compare: 'previous' } as const
      const lists = [
        (await reports.models(query)).previous?.models,
        (await reports.machines(query)).previous?.machines,
        (await reports.projects(query)).previous?.projects,
        (await reports.agents(query)).previous?.agents,
        (await reports.versions(query)).previous?.versions,
      ]
      expect(lists.map((rows) => rows?.map((row) => row.output_tokens))).toEqual(lists.map(() => [7]))
      expect((await reports.models({ compare: 'previous' })).previous).toBeUndefined()
    }
  })

  test('has no cost for a model without a price, and says so: unknown is not $0', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a')
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), model: 'glm-4.7', output_tokens: 100 }),
        anEvent({ id: eventIdOf(2), model: 'claude-opus-5-turbo', output_tokens: 100 }),
        anEvent({ id: eventIdOf(3), model: 'claude-opus-5', output_tokens: 100 }),
      ])
    })
    for (const [, reports] of sides) {
      const { models, unpriced_models } = await reports.models({})
      expect(models.map(({ model, cost_usd, unpriced_tokens }) => [model, cost_usd, unpriced_tokens])).toEqual([
        ['claude-opus-5', '0.006515', 0],
        ['claude-opus-5-turbo', null, 2403],
        ['glm-4.7', null, 2403],
      ])
      expect(unpriced_models).toEqual(['claude-opus-5-turbo', 'glm-4.7'])
      expect(await reports.totals({})).toMatchObject({ cost_usd: '0.006515', unpriced_tokens: 4806 })
    }
  })

  test('puts an event into the day of its zone', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a')
      await record(tx, ONLY_OWNER, [anEvent({ occurred_at: Date.parse('2026-11-20T23:30:00Z') })])
    })
    for (const [, reports] of sides) {
      for (const [tz, date] of [
        ['UTC', '2026-11-20'],
        ['Europe/Berlin', '2026-11-21'],
        ['America/Havana', '2026-11-20'],
      ]) {
        const { days } = await reports.daily({ days: 7, tz: tz as string })
        expect(days.map((day) => day.date)).toEqual([date])
      }
    }
  })

  test('tells the version of Claude Code that each machine had last, which is the newest of one quarter', async () => {
    const { write, sides } = await open()
    const used = (id: number, machine: string, time: string, client_version: string) =>
      anEvent({ id: eventIdOf(id), machine, occurred_at: Date.parse(time), client_version })
    await write(async (tx) => {
      await machines(tx, 'machine-a', 'machine-b', 'machine-c')
      await record(tx, ONLY_OWNER, [
        used(1, 'machine-a', '2026-11-19T10:00:00Z', '2.1.300'),
        used(2, 'machine-a', '2026-11-20T10:00:00Z', '2.1.70'),
        used(3, 'machine-a', '2026-11-20T10:14:59Z', '2.1.232'),
        used(4, 'machine-a', '2026-11-20T10:15:00Z', ''),
        used(5, 'machine-b', '2026-11-12T10:00:00Z', '2.1.29'),
      ])
    })
    for (const [, reports] of sides) {
      const { machines: rows } = await reports.machines({})
      const versions = Object.fromEntries(rows.map(({ hostname, client_version }) => [hostname, client_version]))
      expect(versions).toEqual({ a: '2.1.232', b: '2.1.29', c: '' })
    }
  })

  test('of a ledger without anything is empty, not an error', async () => {
    const { sides } = await open()
    for (const [, reports] of sides) {
      expect((await reports.daily({})).days).toEqual([])
      expect(await reports.totals({})).toMatchObject({ total_tokens: 0, machine_count: 0, first_activity: null })
      expect((await reports.models({})).models).toEqual([])
      expect((await reports.usage({ by: 'type' })).rows).toEqual([])
      expect((await reports.machines({})).machines).toEqual([])
    }
  })

  test('leaves out a hidden machine, and has it back when it is shown again', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a', 'machine-b')
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), machine: 'machine-a', output_tokens: 1000 }),
        anEvent({ id: eventIdOf(2), machine: 'machine-b', output_tokens: 7 }),
      ])
    })
    const outputs = async () => Promise.all(sides.map(async ([, reports]) => (await reports.totals({})).output_tokens))
    expect(await outputs()).toEqual([1007, 1007])
    await write((tx) => setActive(tx, ONLY_OWNER, 'machine-a', false))
    expect(await outputs()).toEqual([7, 7])
    for (const [, reports] of sides) expect((await reports.daily({})).days[0]?.machines).toEqual(['b'])
    await write((tx) => setActive(tx, ONLY_OWNER, 'machine-a', true))
    expect(await outputs()).toEqual([1007, 1007])
  })

  test('keeps an event that an erased machine shared with another', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a', 'machine-b')
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), machine: 'machine-a', output_tokens: 50 }),
        anEvent({ id: eventIdOf(2), machine: 'machine-a', output_tokens: 3 }),
      ])
      await record(tx, ONLY_OWNER, [anEvent({ id: eventIdOf(1), machine: 'machine-b', output_tokens: 50 })])
      await eraseMachine(tx, ONLY_OWNER, 'machine-a', now())
    })
    for (const [, reports] of sides) {
      const { rows } = await reports.usage({ by: 'machine' })
      expect(rows.map((row) => [row.group, row.output_tokens])).toEqual([['b', 50]])
    }
  })

  test('keeps two machines of one hostname apart', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      for (const id of ['0001-aaaa', '0002-bbbb']) {
        await meetMachine(tx, ONLY_OWNER, { id, hostname: 'dev', protocol: 2 }, now())
      }
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), machine: '0001-aaaa' }),
        anEvent({ id: eventIdOf(2), machine: '0002-bbbb' }),
      ])
    })
    for (const [, reports] of sides) {
      const { rows } = await reports.usage({ by: 'machine' })
      expect(rows.map((row) => row.group)).toEqual(['dev~aaaa', 'dev~bbbb'])
    }
  })
})

describe('day figures of stats-cache.json', () => {
  test('are estimates beside the totals, and only for days without an event on them or the days beside', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await machines(tx, 'machine-a')
      await record(tx, ONLY_OWNER, [anEvent({ occurred_at: Date.parse('2026-11-10T12:00:00Z'), output_tokens: 9 })])
      for (const day of ['08', '09', '10', '11', '12']) {
        await recordFigures(tx, ONLY_OWNER, figures('machine-a', `2026-11-${day}`), now())
      }
    })
    for (const [, reports] of sides) {
      const { days } = await reports.daily({})
      expect(
        days.map((day) => [day.date, day.estimated_tokens, day.output_tokens, day.estimated_message_count]),
      ).toEqual([
        ['2026-11-08', 5000, 0, 40],
        ['2026-11-10', 0, 9, 0],
        ['2026-11-12', 5000, 0, 40],
      ])
      expect(days.map((day) => day.total_tokens)).toEqual([0, 2312, 0])
      const totals = await reports.totals({})
      expect([totals.total_tokens, totals.estimated_tokens, totals.total_messages]).toEqual([2312, 10_000, 1])
      const { rows } = await reports.usage({ by: 'model' })
      expect(sum(rows.map((row) => row.estimated_tokens))).toBe(10_000)
      expect((await reports.models({})).models[0]).toMatchObject({ total_tokens: 2312, estimated_tokens: 10_000 })
      // What an estimate costs is not known, and not nothing.
      expect(days.map((day) => day.cost_usd)).toEqual([null, '0.00424', null])
      const { days: squares } = await reports.heatmap({ from: '2026-11-08', to: '2026-11-09', tz: 'UTC' })
      expect(squares.map((day) => day.cost_usd)).toEqual([null, '0'])
      expect(await reports.totals({ from: '2026-11-08', to: '2026-11-08' })).toMatchObject({
        cost_usd: null,
        contract_cost_usd: null,
      })
    }
  })

  test('never fall: a rebuilt, smaller file leaves what was known', async () => {
    const { write, sides } = await open()
    const smaller = figures('machine-a', '2026-11-08', {
      figures: figures('machine-a', '2026-11-08').figures.map((figure) => ({ ...figure, total_tokens: 10 })),
      activity: [
        {
          machine: 'machine-a',
          origin: 'stats-cache',
          date: '2026-11-08',
          message_count: 50,
          session_count: 1,
          tool_call_count: 0,
        },
      ],
    })
    await write(async (tx) => {
      await machines(tx, 'machine-a')
      await recordFigures(tx, ONLY_OWNER, figures('machine-a', '2026-11-08'), now())
      await recordFigures(tx, ONLY_OWNER, smaller, now())
    })
    for (const [, reports] of sides) {
      expect((await reports.daily({})).days[0]).toMatchObject({
        estimated_tokens: 5000,
        estimated_message_count: 50,
        estimated_session_count: 2,
      })
    }
  })
})

test('hashes are of the days of one machine or of the events of one day, and of nothing else', async () => {
  const { write, sides } = await open()
  const [early, late] = ['2026-11-10T12:00:00Z', '2026-11-11T12:00:00Z'].map((at) => Date.parse(at)) as [number, number]
  await write(async (tx) => {
    await machines(tx, 'machine-a', 'machine-b')
    await record(tx, ONLY_OWNER, [
      anEvent({ id: eventIdOf(1), machine: 'machine-a', occurred_at: early }),
      anEvent({ id: eventIdOf(2), machine: 'machine-a', occurred_at: late }),
      anEvent({ id: eventIdOf(3), machine: 'machine-b', occurred_at: late }),
    ])
  })
  const [[, sql], [, http]] = sides as [[string, Reports], [string, Reports]]
  for (const reports of [sql, http]) {
    const { days } = await reports.hashes({ machine: 'machine-a' })
    expect(days.map(({ date, event_count }) => [date, event_count])).toEqual([
      ['2026-11-10', 1],
      ['2026-11-11', 1],
    ])
    const { events } = await reports.hashes({ date: '2026-11-11' })
    expect(events.map(({ id }) => id).toSorted()).toEqual([eventIdOf(2), eventIdOf(3)].toSorted())
    expect((await reports.hashes({ machine: 'nobody' })).days).toEqual([])
  }
  await expect(http.hashes({})).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(http.hashes({ machine: 'machine-a', date: '2026-11-11' })).rejects.toMatchObject({
    code: 'invalid-request',
  })
})

describe('days that are not known', () => {
  const at = (day: string) => Date.parse(`${day}T00:00:00Z`)
  const covered = (machine: string, starts: string) => ({ machine, starts: at(starts), ends: now() })
  const know = async (tx: Tx, ...spans: { machine: string; starts: number; ends: number }[]) => {
    await machines(tx, ...spans.map(({ machine }) => machine))
    for (const { machine, ...span } of spans) await recordCoverage(tx, ONLY_OWNER, machine, [span])
  }
  const gapsOf = async (reports: Reports, query: QueryOf<'usage'>) =>
    (await reports.usage(query)).gaps.map(({ hostname, from, to, state }) => `${hostname} ${from} ${to} ${state}`)

  test('are those before the first reading and before what Claude Code still had then', async () => {
    const { write, sides } = await open()
    await write((tx) => know(tx, covered('machine-a', '2026-10-23')))
    for (const [, reports] of sides) {
      const { machines: rows } = await reports.coverage({ from: '2026-10-20', to: '2026-10-24', tz: 'UTC' })
      expect(rows[0]?.days.map(({ state }) => state)).toEqual(['missing', 'missing', 'missing', 'complete', 'complete'])
      expect(await gapsOf(reports, { from: '2026-10-01', to: '2026-11-22', tz: 'UTC' })).toEqual([
        'a 2026-10-01 2026-10-22 missing',
      ])
      // A day of which a part was read is missing as well, and begins no gap of its own.
      expect(await gapsOf(reports, { from: '2026-10-22', to: '2026-11-22', tz: 'America/New_York' })).toEqual([
        'a 2026-10-22 2026-10-22 missing',
      ])
    }
  })

  test('are not all days before a machine was new: others are known of them', async () => {
    const { write, sides } = await open()
    await write((tx) => know(tx, covered('machine-a', '2026-09-01'), covered('machine-b', '2026-11-10')))
    for (const [, reports] of sides) {
      expect(await gapsOf(reports, { from: '2026-10-01', to: '2026-11-22' })).toEqual([])
      expect(await gapsOf(reports, { from: '2026-08-30', to: '2026-11-22' })).toEqual([
        'a 2026-08-30 2026-08-31 missing',
        'b 2026-08-30 2026-08-31 missing',
      ])
      expect(await gapsOf(reports, { from: '2026-10-01', to: '2026-11-22', machine: ['b'] })).toEqual([
        'b 2026-10-01 2026-11-09 missing',
      ])
    }
  })

  test('are none after a machine was put away, nor around the job that one was made for', async () => {
    const { write, sides } = await open()
    const noon = at('2026-09-10') + 43_200_000
    await write(async (tx) => {
      await know(tx, { machine: 'machine-a', starts: at('2026-08-01'), ends: noon })
      await know(tx, { machine: 'machine-b', starts: noon, ends: noon + 3_600_000 })
      await know(tx, covered('machine-c', '2026-08-01'))
    })
    const query = { from: '2026-08-01', to: '2026-11-22', tz: 'UTC' } as const
    for (const [, reports] of sides) {
      expect(await gapsOf(reports, query)).toEqual([
        'a 2026-09-10 2026-10-23 missing',
        'b 2026-09-11 2026-10-23 missing',
      ])
    }
    await write(async (tx) => {
      await tx.updateTable('machine').set({ archived_at: 1 }).where('id', '=', 'machine-a').execute()
      await tx.updateTable('machine').set({ is_ephemeral: 1 }).where('id', '=', 'machine-b').execute()
    })
    for (const [, reports] of sides) {
      expect(await gapsOf(reports, query)).toEqual([])
      const { machines: rows } = await reports.coverage({ from: '2026-09-09', to: '2026-09-11', tz: 'UTC' })
      expect(
        rows.map(({ hostname, days }) => [hostname, ...days.map(({ date, state }) => `${date} ${state}`)]),
      ).toEqual([
        ['a', '2026-09-09 complete', '2026-09-10 complete'],
        ['b', '2026-09-10 complete'],
        ['c', '2026-09-09 complete', '2026-09-10 complete', '2026-09-11 complete'],
      ])
    }
  })

  test('are also those between two readings that were too far apart', async () => {
    const { write, sides } = await open()
    await write(async (tx) => {
      await know(tx, { machine: 'machine-a', starts: at('2026-08-01'), ends: at('2026-09-01') })
      await know(tx, covered('machine-a', '2026-10-23'), covered('machine-b', '2026-08-01'))
    })
    for (const [, reports] of sides) {
      expect(await gapsOf(reports, { from: '2026-08-01', to: '2026-11-22' })).toEqual([
        'a 2026-09-01 2026-10-22 missing',
      ])
    }
  })
})
