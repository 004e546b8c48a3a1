import { pino } from 'pino'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../api/client.ts'
import type { FigureSet } from '../core/day-figure.ts'
import { GROUPINGS } from '../core/grouping.ts'
import type { Reports } from '../core/report-specs.ts'
import { totalTokens } from '../core/tokens.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { createApp } from '../server/app.ts'
import { recordFigures } from '../store/day-figures.ts'
import { record } from '../store/ledger.ts'
import { eraseMachine, meetMachine, setActive } from '../store/machines.ts'
import { type Ledger, openServerLedger, type Tx } from '../store/open.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'

/**
 * The report suite. Everything here is asked twice, of a ledger in SQL and of a server over HTTP, and must come out the
 * same: that is what makes `--local` and the server one.
 */

const now = () => Date.parse('2026-11-22T12:00:00Z')
const KEY = 'a-key-for-tests-of-the-reports'

/** A ledger with the same reports over SQL and over HTTP. */
async function open(): Promise<{
  ledger: Ledger
  write: (run: (tx: Tx) => Promise<unknown>) => Promise<void>
  sides: [string, Reports][]
}> {
  const ledger = await openServerLedger(':memory:')
  onTestFinished(() => ledger.close())
  const app = createApp({
    db: ledger.db,
    now,
    tz: 'UTC',
    version: '0.0.0',
    log: pino({ level: 'silent' }),
    randomBytes: (count) => new Uint8Array(count),
    api_key: KEY,
    limits: { requests: 1e9 },
  })
  const overHttp = connect(
    { url: 'http://server.test', key: KEY },
    { fetch: async (input, init) => app.request(input as string, init) },
  )
  return {
    ledger,
    write: async (run) => void (await ledger.db.transaction().execute(run)),
    sides: [
      ['SQL', ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: 'UTC' })],
      ['HTTP', overHttp.reports],
    ],
  }
}

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
      model: fc.constantFrom('claude-opus-5', 'glm-4.7', ''),
      project: fc.constantFrom('shop', '', '日本語'),
      session: fc.constantFrom('s1', 's2', 's3'),
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
            }
          : {}),
      }),
    ),
  )

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/Havana', 'Australia/Lord_Howe']
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

describe('every report', () => {
  test('adds up: days, models, machines, projects and token classes all sum to the totals, over SQL and HTTP alike', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.constantFrom(...zones), async (events: UsageEvent[], tz) => {
        const { ledger, write, sides } = await open()
        await write(async (tx) => {
          await machines(tx, 'machine-a', 'machine-b')
          await record(tx, ONLY_OWNER, events)
        })
        const range = { from: '2026-10-01', to: '2026-11-23', tz }
        const expected = sum(events.map(totalTokens))
        const answers = []
        for (const [, reports] of sides) {
          const daily = await reports.daily(range)
          const totals = await reports.totals({})
          const models = await reports.models(range)
          const usages = await Promise.all(GROUPINGS.map((by) => reports.usage({ ...range, by })))
          expect(totals.total_tokens).toBe(expected)
          expect(sum(daily.days.map((day) => day.total_tokens))).toBe(expected)
          expect(sum(daily.days.map((day) => day.message_count))).toBe(events.length)
          expect(sum(models.models.map((model) => model.total_tokens))).toBe(expected)
          for (const { rows } of usages) expect(sum(rows.map((row) => row.total_tokens))).toBe(expected)
          const output = sum(events.map((event) => event.output_tokens))
          expect(sum(daily.days.map((day) => day.output_tokens))).toBe(output)
          answers.push({ daily, totals, models, usages, machines: await reports.machines({}) })
        }
        expect(answers[1]).toEqual(answers[0])
        await ledger.close()
      }),
      { numRuns: 40 },
    )
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
