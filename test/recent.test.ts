import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDay } from '../core/calendar.ts'
import { parseUsd, usdText } from '../core/money.ts'
import { costOfEvent } from '../core/prices/cost.ts'
import { listPrices } from '../core/prices/price-book.ts'
import { RECENT_GROUPINGS, RECENT_STEP_MS } from '../core/recent.ts'
import type { RecentPoint, Reports, UsageSums } from '../core/report-specs.ts'
import { totalTokens } from '../core/tokens.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { record } from '../store/ledger.ts'
import { setActive } from '../store/machines.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { openReports, REPORTS_NOW } from './support/report-sides.ts'

/** The report of the last hour, asked of a ledger and of a server over HTTP alike. */

const MINUTE = 60_000
const minutesAgo = (minutes: number) => REPORTS_NOW - minutes * MINUTE
/** At twelve, on the quarter, the window is the hour itself and one quarter more. */
const isRecent = ({ occurred_at }: UsageEvent) => occurred_at >= minutesAgo(60) && occurred_at < minutesAgo(-30)

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

function said(rows: readonly Pick<UsageSums, 'total_tokens' | 'cost_usd'>[]): string {
  const cost = rows.reduce((total, row) => total + parseUsd(row.cost_usd ?? '0'), 0n)
  return `${sum(rows.map((row) => row.total_tokens))} tokens, ${usdText(cost)}`
}

function truth(events: readonly UsageEvent[]): string {
  const cost = events.reduce((total, event) => total + (costOfEvent(listPrices(), event) ?? 0n), 0n)
  return `${sum(events.map(totalTokens))} tokens, ${usdText(cost)}`
}

const someEvents = fc
  .array(
    fc.record({
      occurred_at: fc.integer({ min: minutesAgo(26 * 60), max: minutesAgo(-20) }),
      machine: fc.constantFrom('machine-a', 'machine-b'),
      model: fc.constantFrom('claude-opus-5', 'claude-sonnet-4-5', 'glm-4.7'),
      variant: fc.constantFrom('', 'fast', 'tier:batch'),
      seen_as: fc.constantFrom('main' as const, 'sidechain' as const),
      session: fc.constantFrom('s1', 's2', 's3', ''),
      project: fc.constantFrom('shop', 'web'),
      input_tokens: fc.nat(1000),
      cache_read_tokens: fc.nat(400_000),
      web_searches: fc.nat(2),
    }),
    { maxLength: 60 },
  )
  .map((list) => list.map((fields, i) => anEvent({ ...fields, id: eventIdOf(i) })))

async function withEvents(
  events: readonly UsageEvent[],
  check: (reports: Reports, side: string) => Promise<void>,
  now = () => REPORTS_NOW,
): Promise<void> {
  const { ledger, write, sides } = await openReports({ now })
  await write(async (tx) => {
    for (const id of ['machine-a', 'machine-b']) {
      await meetMachine(tx, ONLY_OWNER, { id, hostname: id.slice(8), protocol: 2 }, REPORTS_NOW)
    }
    await record(tx, ONLY_OWNER, events)
  })
  for (const [side, reports] of sides) await check(reports, side)
  await ledger.close()
}

describe('the last hour', () => {
  test('adds up to the token and to the last digit of its cost, by whatever it is divided', async () => {
    await fc.assert(
      fc.asyncProperty(
        someEvents,
        fc.constantFrom('UTC', 'Pacific/Kiritimati', 'America/Havana'),
        async (events, tz) => {
          const ofToday = events.filter(({ occurred_at }) => localDay(occurred_at, tz) === localDay(REPORTS_NOW, tz))
          const recent = events.filter(isRecent)
          const answers: unknown[] = []
          await withEvents(events, async (reports) => {
            for (const by of RECENT_GROUPINGS) {
              const answer = await reports.recent({ by, tz })
              expect(said([answer.totals])).toBe(truth(ofToday))
              expect(said(answer.rows)).toBe(truth(ofToday))
              expect(said(answer.points)).toBe(truth(recent))
              expect(said(answer.rows.flatMap(({ points }) => points))).toBe(truth(recent))
              answers.push(answer)
            }
          })
          expect(answers.slice(RECENT_GROUPINGS.length)).toEqual(answers.slice(0, RECENT_GROUPINGS.length))
        },
      ),
      { numRuns: 15 },
    )
  })

  test('is told in steps of 15 seconds, each where its events are', async () => {
    const events = [0, 14_999, 15_000, 44_000].map((ms, i) =>
      anEvent({ id: eventIdOf(i), occurred_at: minutesAgo(10) + ms, output_tokens: 10 ** i }),
    )
    await withEvents(events, async (reports) => {
      const { starts, points } = await reports.recent({})
      expect(starts).toBe(new Date(minutesAgo(60)).toISOString())
      const one = totalTokens(anEvent({ output_tokens: 0 }))
      expect(
        points.map(({ at, total_tokens }) => [(Date.parse(at) - minutesAgo(10)) / RECENT_STEP_MS, total_tokens]),
      ).toEqual([
        [0, 2 * one + 11],
        [1, one + 100],
        [2, one + 1000],
      ])
    })
  })

  test('names who was active last, with what it holds in its context; a quiet one by its quarter of an hour', async () => {
    const events = [
      anEvent({
        id: eventIdOf(1),
        session: 'quiet',
        occurred_at: minutesAgo(172),
        project: 'shop',
        machine: 'machine-b',
      }),
      anEvent({ id: eventIdOf(2), session: 'busy', occurred_at: minutesAgo(3), cache_read_tokens: 50_000 }),
      anEvent({ id: eventIdOf(3), session: 'busy', occurred_at: minutesAgo(2), cache_read_tokens: 60_000 }),
      anEvent({
        id: eventIdOf(4),
        session: 'busy',
        occurred_at: minutesAgo(1),
        seen_as: 'sidechain',
        model: 'claude-haiku-4-5',
      }),
    ]
    await withEvents(events, async (reports) => {
      const { rows } = await reports.recent({})
      expect(
        rows.map(({ group, machines, projects, models, last_activity, context_tokens }) => ({
          group,
          machines,
          projects,
          models,
          last_activity,
          context_tokens,
        })),
      ).toEqual([
        {
          group: 'busy',
          machines: ['a'],
          projects: ['claudeforge'],
          models: ['claude-opus-4-5-20251101', 'claude-haiku-4-5'],
          last_activity: new Date(minutesAgo(1)).toISOString(),
          context_tokens: 60_303,
        },
        {
          group: 'quiet',
          machines: ['b'],
          projects: ['shop'],
          models: ['claude-opus-4-5-20251101'],
          last_activity: '2026-11-22T09:00:00.000Z',
          context_tokens: 2303,
        },
      ])
      const { rows: first } = await reports.recent({ limit: 1 })
      expect(first.map(({ group }) => group)).toEqual(['busy'])
      const { rows: byMachine } = await reports.recent({ by: 'machine' })
      expect(
        byMachine.map(({ group, session_count, context_tokens }) => [group, session_count, context_tokens]),
      ).toEqual([
        ['a', 1, null],
        ['b', 1, null],
      ])
    })
  })

  test('shows after midnight who was active before it, with nothing of the new day', async () => {
    const midnight = Date.parse('2026-11-22T00:00:00Z')
    await withEvents(
      [anEvent({ occurred_at: midnight - 10 * MINUTE })],
      async (reports) => {
        const { date, totals, points, rows } = await reports.recent({})
        expect([date, totals.total_tokens, points.length]).toEqual(['2026-11-22', 0, 1])
        expect(rows.map(({ total_tokens, points: own }) => [total_tokens, own.length])).toEqual([[0, 1]])
      },
      () => midnight + 20 * MINUTE,
    )
  })

  test('leaves out hidden machines, and what a filter leaves out', async () => {
    const events = [
      anEvent({ id: eventIdOf(1), session: 's1', occurred_at: minutesAgo(5), model: 'claude-opus-5' }),
      anEvent({ id: eventIdOf(2), session: 's2', occurred_at: minutesAgo(5), machine: 'machine-b', model: 'glm-4.7' }),
    ]
    const tokens = (points: readonly RecentPoint[]) => sum(points.map((point) => point.total_tokens))
    const one = totalTokens(anEvent())
    const { write, sides } = await openReports()
    await write(async (tx) => {
      for (const id of ['machine-a', 'machine-b']) {
        await meetMachine(tx, ONLY_OWNER, { id, hostname: id.slice(8), protocol: 2 }, REPORTS_NOW)
      }
      await record(tx, ONLY_OWNER, events)
    })
    for (const [, reports] of sides) {
      expect(tokens((await reports.recent({})).points)).toBe(2 * one)
      const { points, rows } = await reports.recent({ model: ['glm-4.7'] })
      expect([tokens(points), rows.map((row) => [row.group, row.cost_usd])]).toEqual([one, [['s2', null]]])
      expect(points[0]?.cost_usd).toBeNull()
      expect((await reports.recent({ machine: ['nobody'] })).rows).toEqual([])
    }
    await write((tx) => setActive(tx, ONLY_OWNER, 'machine-b', false))
    for (const [side, reports] of sides) {
      const { points, rows } = await reports.recent({})
      expect([side, tokens(points), rows.map(({ group }) => group)]).toEqual([side, one, ['s1']])
    }
  })
})
