import { describe, expect, test } from 'vitest'
import type { FigureSet } from '../../core/day-figure.ts'
import { recordFigures } from '../../store/day-figures.ts'
import { record } from '../../store/ledger.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { anEvent } from '../support/events.ts'
import { meetAll, openReports, REPORTS_NOW } from '../support/report-sides.ts'

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

describe('day figures of stats-cache.json', () => {
  test('are estimates beside the totals, and only for days without an event on them or the days beside', async () => {
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a')
      await record(tx, ONLY_OWNER, [anEvent({ occurred_at: Date.parse('2026-11-10T12:00:00Z'), output_tokens: 9 })])
      for (const day of ['08', '09', '10', '11', '12']) {
        await recordFigures(tx, ONLY_OWNER, figures('machine-a', `2026-11-${day}`), REPORTS_NOW)
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
      expect(rows.reduce((all, row) => all + row.estimated_tokens, 0)).toBe(10_000)
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
    const { write, sides } = await openReports()
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
      await meetAll(tx, 'machine-a')
      await recordFigures(tx, ONLY_OWNER, figures('machine-a', '2026-11-08'), REPORTS_NOW)
      await recordFigures(tx, ONLY_OWNER, smaller, REPORTS_NOW)
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
