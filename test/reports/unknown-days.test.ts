import { describe, expect, test } from 'vitest'
import type { QueryOf, Reports } from '../../core/report-specs.ts'
import { recordCoverage } from '../../store/coverage.ts'
import type { Tx } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { meetAll, openReports, REPORTS_NOW } from '../support/report-sides.ts'

describe('days that are not known', () => {
  const at = (day: string) => Date.parse(`${day}T00:00:00Z`)
  const covered = (machine: string, starts: string) => ({ machine, starts: at(starts), ends: REPORTS_NOW })
  const know = async (tx: Tx, ...spans: { machine: string; starts: number; ends: number }[]) => {
    await meetAll(tx, ...spans.map(({ machine }) => machine))
    for (const { machine, ...span } of spans) await recordCoverage(tx, ONLY_OWNER, machine, [span])
  }
  const gapsOf = async (reports: Reports, query: QueryOf<'usage'>) =>
    (await reports.usage(query)).gaps.map(({ hostname, from, to, state }) => `${hostname} ${from} ${to} ${state}`)

  test('are those before the first reading and before what Claude Code still had then', async () => {
    const { write, sides } = await openReports()
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
    const { write, sides } = await openReports()
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
    const { write, sides } = await openReports()
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
    const { write, sides } = await openReports()
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
