import { describe, expect, test } from 'vitest'
import type { Reports } from '../../core/report-specs.ts'
import { eraseMachine } from '../../store/erase-machine.ts'
import { record } from '../../store/ledger.ts'
import { setActive } from '../../store/machines.ts'
import { meetMachine } from '../../store/meet-machine.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { anEvent, eventIdOf } from '../support/events.ts'
import { meetAll, openReports, REPORTS_NOW } from '../support/report-sides.ts'

/**
 * The report suite. Everything here is asked twice, of a ledger in SQL and of a server over HTTP, and must come out the
 * same: that is what makes `--local` and the server one.
 */

describe('every report', () => {
  test('compares with as many days before, moved by whole weeks', async () => {
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a')
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
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a')
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
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a')
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
    const { write, sides } = await openReports()
    const used = (id: number, machine: string, time: string, client_version: string) =>
      anEvent({ id: eventIdOf(id), machine, occurred_at: Date.parse(time), client_version })
    await write(async (tx) => {
      await meetAll(tx, 'machine-a', 'machine-b', 'machine-c')
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
    const { sides } = await openReports()
    for (const [, reports] of sides) {
      expect((await reports.daily({})).days).toEqual([])
      expect(await reports.totals({})).toMatchObject({ total_tokens: 0, machine_count: 0, first_activity: null })
      expect((await reports.models({})).models).toEqual([])
      expect((await reports.usage({ by: 'type' })).rows).toEqual([])
      expect((await reports.machines({})).machines).toEqual([])
    }
  })

  test('leaves out a hidden machine, and has it back when it is shown again', async () => {
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a', 'machine-b')
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
    const { write, sides } = await openReports()
    await write(async (tx) => {
      await meetAll(tx, 'machine-a', 'machine-b')
      await record(tx, ONLY_OWNER, [
        anEvent({ id: eventIdOf(1), machine: 'machine-a', output_tokens: 50 }),
        anEvent({ id: eventIdOf(2), machine: 'machine-a', output_tokens: 3 }),
      ])
      await record(tx, ONLY_OWNER, [anEvent({ id: eventIdOf(1), machine: 'machine-b', output_tokens: 50 })])
      await eraseMachine(tx, ONLY_OWNER, 'machine-a', REPORTS_NOW)
    })
    for (const [, reports] of sides) {
      const { rows } = await reports.usage({ by: 'machine' })
      expect(rows.map((row) => [row.group, row.output_tokens])).toEqual([['b', 50]])
    }
  })

  test('keeps two machines of one hostname apart', async () => {
    const { write, sides } = await openReports()
    await write(async (tx) => {
      for (const id of ['0001-aaaa', '0002-bbbb']) {
        await meetMachine(tx, ONLY_OWNER, { id, hostname: 'dev', protocol: 2 }, REPORTS_NOW)
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

test('hashes are of the days of one machine or of the events of one day, and of nothing else', async () => {
  const { write, sides } = await openReports()
  const [early, late] = ['2026-11-10T12:00:00Z', '2026-11-11T12:00:00Z'].map((at) => Date.parse(at)) as [number, number]
  await write(async (tx) => {
    await meetAll(tx, 'machine-a', 'machine-b')
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
