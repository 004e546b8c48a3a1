import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDay } from '../../core/calendar.ts'
import { parseContract } from '../../core/prices/contract.ts'
import { listPrices, type PriceBook } from '../../core/prices/price-book.ts'
import type { AnswerOf, QueryOf, Reports } from '../../core/report-specs.ts'
import { totalTokens } from '../../core/tokens.ts'
import type { UsageEvent } from '../../core/usage-event.ts'
import { anEvent, eventIdOf } from '../../test/support/events.ts'
import { eventsAfter } from '../events.ts'
import { record, replaceEvents } from '../ledger.ts'
import { eraseMachine } from '../erase-machine.ts'
import { setActive } from '../machines.ts'
import { meetMachine } from '../meet-machine.ts'
import { moveCells } from '../move-cells.ts'
import { internNames } from '../names.ts'
import type { Ledger } from '../open.ts'
import { ONLY_OWNER } from '../schema.ts'
import { openTestLedger, runs } from '../testing.ts'
import { transact } from '../transact.ts'
import type { ReportContext } from './context.ts'
import { UsageByDays } from './days.ts'
import { readDaysAhead } from './days-ahead.ts'
import { filterOf } from './filter.ts'
import { ledgerReports } from './index.ts'
import { Pricer } from './pricer.ts'
import { RememberedDays } from './remembered-days.ts'

const NOW = Date.parse('2026-12-31T12:00:00Z')
const YEAR = { from: '2026-01-01', to: '2026-12-31' } as const
const ZONES = ['UTC', 'Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Auckland']
const MACHINES = ['machine-a', 'machine-b']

/** Around midnights, among them those of days on which clocks change. */
const anInstant = fc
  .record({
    day: fc.constantFrom('2026-03-28', '2026-03-29', '2026-03-30', '2026-11-01', '2026-12-01'),
    minutes: fc.constantFrom(0, 15, 105, 239, 240, 645, 720, 780, 1095, 1380, 1439),
  })
  .map(({ day, minutes }) => Date.parse(`${day}T00:00:00Z`) + minutes * 60_000)

const aSighting: fc.Arbitrary<UsageEvent> = fc
  .record({
    id: fc.nat(6).map(eventIdOf),
    kind: fc.constantFrom('response', 'response', 'response', 'prompt'),
    occurred_at: anInstant,
    machine: fc.constantFrom(...MACHINES),
    session: fc.constantFrom('session-1', 'session-2', 'session-3'),
    project: fc.constantFrom('shop', 'blog'),
    account: fc.constantFrom('', 'account-1'),
    model: fc.constantFrom('claude-opus-5', 'claude-haiku-4-5-20251001', 'glm-4.7'),
    seen_as: fc.constantFrom('main', 'sidechain'),
    client_version: fc.constantFrom('2.1.29', '2.1.232'),
    output_tokens: fc.nat(5),
    cache_read_tokens: fc.constantFrom(0, 150_000, 250_000, 9_000_000_000),
    tool_calls: fc.nat(2),
    web_searches: fc.nat(1),
  })
  .map((fields) => anEvent((fields.kind === 'prompt' ? { ...fields, ...NOTHING } : fields) as Partial<UsageEvent>))

const NOTHING = {
  model: '',
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_1h_tokens: 0,
  tool_calls: 0,
  web_searches: 0,
}

type Step =
  | { readonly does: 'record'; readonly sightings: readonly UsageEvent[] }
  | { readonly does: 'undo'; readonly count: number }
  | { readonly does: 'erase' | 'hide' | 'show'; readonly machine: string }

const aMachine = fc.constantFrom(...MACHINES)
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('record' as const),
      sightings: fc.array(aSighting, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('undo' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('erase' as const, 'hide' as const, 'show' as const),
      machine: aMachine,
    }),
  },
)

async function take(ledger: Ledger, step: Step): Promise<void> {
  await transact(ledger.db, ONLY_OWNER, async (tx) => {
    if (step.does === 'record') await record(tx, ONLY_OWNER, step.sightings)
    else if (step.does === 'undo') {
      const events = await eventsAfter(tx, ONLY_OWNER, 0, step.count)
      await replaceEvents(tx, ONLY_OWNER, { remove: events.map(({ seq }) => seq), append: [] })
    } else if (step.does === 'erase') await eraseMachine(tx, ONLY_OWNER, step.machine, 1)
    else await setActive(tx, ONLY_OWNER, step.machine, step.does === 'show')
  })
}

/** Dearer than the list price for one model, and silent of the others. */
const RATES = { input: 100, output: 100, cache_read: 100, cache_write_5m: 100, cache_write_1h: 100 }
const contract = parseContract(
  { name: 'x', models: { 'claude-opus-5': { periods: [{ rates: RATES }] } } },
  listPrices(),
)

function reportsOf({ db }: Ledger, keepsDays: boolean, { list = listPrices(), now = NOW } = {}): Reports {
  return ledgerReports({ db, owner: ONLY_OWNER, now: () => now, tz: 'UTC', prices: { list, contract }, keepsDays })
}

const GROUPS = {
  machine: ({ machine }) => machine,
  project: ({ project }) => project,
  model: ({ model }) => model,
  agent: ({ seen_as }) => (seen_as === 'main' ? 'main' : 'subagent'),
  version: ({ client_version }) => client_version,
  account: ({ account }) => account,
  none: () => '',
} as const satisfies Partial<Record<NonNullable<QueryOf<'usage'>['by']>, (event: UsageEvent) => string>>

type By = keyof typeof GROUPS
type Counts = Pick<AnswerOf<'usage'>['rows'][number], 'total_tokens' | 'message_count' | 'session_count'>

/** The rows of a usage report, as its events say them. */
function fromEvents(events: readonly UsageEvent[], by: By, every: 'day' | 'month', zone: string): Map<string, Counts> {
  const counted = events.filter(({ kind }) => by !== 'model' || kind === 'response')
  const period = ({ occurred_at }: UsageEvent) => localDay(occurred_at, zone).slice(0, every === 'day' ? 10 : 7)
  const rows = Map.groupBy(counted, (event) => `${period(event)} ${GROUPS[by](event)}`)
  return new Map(
    [...rows].map(([key, of]) => [
      key,
      {
        total_tokens: of.reduce((sum, event) => sum + totalTokens(event), 0),
        message_count: of.length,
        session_count: new Set(of.map(({ session }) => session)).size,
      },
    ]),
  )
}

async function fromReport(reports: Reports, by: By, every: 'day' | 'month', tz: string): Promise<Map<string, Counts>> {
  const { rows } = await reports.usage({ ...YEAR, by, every, tz })
  const length = every === 'day' ? 10 : 7
  return new Map(
    rows.map(({ date, group, total_tokens, message_count, session_count }) => [
      `${date.slice(0, length)} ${group}`,
      { total_tokens, message_count, session_count },
    ]),
  )
}

async function shownEvents({ db }: Ledger): Promise<UsageEvent[]> {
  const hidden = await db.selectFrom('machine').select('id').where('is_active', '=', 0).execute()
  const events = (await eventsAfter(db, ONLY_OWNER, 0, 1000)).map(({ event }) => event)
  return events.filter(({ machine }) => hidden.every(({ id }) => id !== machine))
}

describe('what is remembered and kept of days', () => {
  test('is what the events say, whatever is recorded, undone, erased or hidden, in every zone', async () => {
    const asked = fc.record({
      by: fc.constantFrom(...(Object.keys(GROUPS) as By[])),
      every: fc.constantFrom('day' as const, 'month' as const),
      tz: fc.constantFrom(...ZONES),
    })
    const steps = fc.array(fc.tuple(aStep, asked), { minLength: 2, maxLength: 8 })
    // Of the last days what is remembered are hours.
    const aTime = fc.constantFrom(NOW, Date.parse('2026-03-30T12:00:00Z'), Date.parse('2026-12-01T18:00:00Z'))
    await fc.assert(
      fc.asyncProperty(steps, aTime, async (list, now) => {
        const ledger = await openTestLedger()
        for (const id of MACHINES) {
          const machine = { id, hostname: id, protocol: 2 } as const
          await transact(ledger.db, ONLY_OWNER, (tx) => meetMachine(tx, ONLY_OWNER, machine, 0))
        }
        const lasting = reportsOf(ledger, true, { now })
        for (const [step, { by, every, tz }] of list) {
          await take(ledger, step)
          const expected = fromEvents(await shownEvents(ledger), by, every, tz)
          for (const reports of [lasting, reportsOf(ledger, true, { now }), reportsOf(ledger, false)]) {
            expect(await fromReport(reports, by, every, tz)).toEqual(expected)
          }
          // And all else that is made of days, where it is not of one kind: costs, the last activity, coverage.
          const [kept, fresh] = [reportsOf(ledger, true, { now }), reportsOf(ledger, false, { now })]
          expect(await kept.overview({ ...YEAR, tz })).toEqual(await fresh.overview({ ...YEAR, tz }))
          expect(await kept.explain({ ...YEAR, tz })).toEqual(await fresh.explain({ ...YEAR, tz }))
          expect(await kept.usage({ ...YEAR, tz, by: 'type' })).toEqual(await fresh.usage({ ...YEAR, tz, by: 'type' }))
        }
        await ledger.close()
      }),
      { numRuns: runs(40) },
    )
  })
})

describe('a day that is over', () => {
  const events = [anEvent(), anEvent({ id: eventIdOf(2), occurred_at: NOW })]
  const aLedger = async () => {
    const ledger = await openTestLedger()
    await transact(ledger.db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, events))
    return ledger
  }
  const whole = { ...YEAR, by: 'none', every: 'month' } as const
  const keptDays = async ({ db }: Ledger) => (await db.selectFrom('day_usage').select('starts').execute()).length

  test('is not read of the rollup again after a start, but today is', async () => {
    const ledger = await aLedger()
    const before = await reportsOf(ledger, true).usage(whole)
    // As nothing but this test does: without another version.
    await ledger.db.deleteFrom('usage_quarter').execute()
    const after = await reportsOf(ledger, true).usage(whole)
    expect(before.rows.map(({ date }) => date)).toEqual(['2026-11-01', '2026-12-01'])
    expect(after.rows).toEqual(before.rows.slice(0, 1))
  })

  test('is read again at other prices', async () => {
    const ledger = await aLedger()
    const without: PriceBook = { ...listPrices(), models: new Map() }
    await reportsOf(ledger, true).usage(whole)
    const { rows, unpriced_models } = await reportsOf(ledger, true, { list: without }).usage(whole)
    expect(rows.map(({ cost_usd }) => cost_usd)).toEqual([null, null])
    expect(unpriced_models).toEqual([events[0]?.model])
  })

  test('is read ahead of whoever asks', async () => {
    const ledger = await aLedger()
    const context = {
      db: ledger.db,
      owner: ONLY_OWNER,
      now: () => NOW,
      tz: 'UTC',
      prices: { list: listPrices(), contract },
    }
    const before = await reportsOf(ledger, false).usage(whole)
    for await (const _ of readDaysAhead(context)) continue
    // As nothing but this test does: without another version.
    await ledger.db.deleteFrom('usage_quarter').execute()
    expect((await reportsOf(ledger, true).usage(whole)).rows).toEqual(before.rows.slice(0, 1))
  })

  test('is answered where it cannot be kept', async () => {
    const ledger = await aLedger()
    await transact(ledger.db, ONLY_OWNER, (tx) =>
      record(tx, ONLY_OWNER, [anEvent({ id: eventIdOf(3), occurred_at: NOW - 5 * 86_400_000 })]),
    )
    // No second day fits in.
    await ledger.db.schema.createIndex('only_one').unique().on('day_usage').column('owner').execute()
    const fresh = await reportsOf(ledger, false).usage(whole)
    expect(await reportsOf(ledger, true).usage(whole)).toEqual(fresh)
    expect(await keptDays(ledger)).toBe(0)
  })

  test('is kept once for zones whose days are the same', async () => {
    const ledger = await aLedger()
    await reportsOf(ledger, true).usage({ ...whole, tz: 'Europe/Berlin' })
    const days = await keptDays(ledger)
    await reportsOf(ledger, true).usage({ ...whole, tz: 'Europe/Paris' })
    expect([days, await keptDays(ledger)]).toEqual([days, days])
    await reportsOf(ledger, true).usage({ ...whole, tz: 'Asia/Tokyo' })
    expect(await keptDays(ledger)).toBeGreaterThan(days)
  })

  test('leaves nothing behind when its machine is erased', async () => {
    const ledger = await aLedger()
    await reportsOf(ledger, true).usage(whole)
    await transact(ledger.db, ONLY_OWNER, async (tx) => {
      await meetMachine(tx, ONLY_OWNER, { id: 'machine-a', hostname: 'a', protocol: 2 }, 0)
      await eraseMachine(tx, ONLY_OWNER, 'machine-a', 1)
    })
    expect(await keptDays(ledger)).toBe(0)
  })
})

describe('a day that goes on', () => {
  const noon = Date.parse('2026-12-31T12:00:00Z')
  const at = (id: number, minutes: number) =>
    anEvent({ id: eventIdOf(id), occurred_at: noon + minutes * 60_000, session: 'session-1' })
  const today = { from: '2026-12-31', to: '2026-12-31', by: 'none' } as const
  const recordIn = ({ db }: Ledger, events: readonly UsageEvent[]) =>
    transact(db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, events))

  test('is read again as far as it has changed', async () => {
    const ledger = await openTestLedger()
    await recordIn(ledger, [at(1, -130), at(2, -70), at(3, -10)])
    const reports = reportsOf(ledger, true)
    await reports.usage(today)
    // As nothing but this test does: without another version.
    await ledger.db.deleteFrom('usage_quarter').execute()
    await recordIn(ledger, [at(4, -75)])
    const [row] = (await reports.usage(today)).rows
    expect([row?.response_count, row?.session_count]).toEqual([3, 1])
  })

  test('and whose machine becomes another one is read again', async () => {
    const ledger = await openTestLedger()
    await recordIn(ledger, [at(1, -70), at(2, -10)])
    const reports = reportsOf(ledger, true)
    await reports.usage(today)
    await transact(ledger.db, ONLY_OWNER, async (tx) => {
      const ids = await internNames(tx, ['machine-a', 'machine-b'])
      await moveCells(tx, ONLY_OWNER, ids.get('machine-a') as number, ids.get('machine-b') as number)
    })
    const { rows } = await reports.usage({ ...today, by: 'machine' })
    expect(rows.map(({ group }) => group)).toEqual(['machine-b'])
  })
})

test('who asks for a day does not wait for the year of another, who reads nothing twice', async () => {
  const { db } = await openTestLedger()
  const starts = Date.parse('2026-02-01T12:00:00Z')
  const events = Array.from({ length: 300 }, (_, i) =>
    anEvent({ id: eventIdOf(i), occurred_at: starts + i * 86_400_000 }),
  )
  await db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))
  const days = new UsageByDays({ db, owner: ONLY_OWNER, now: () => NOW, pricer: new Pricer({ list: listPrices() }) })
  const filter = await filterOf({ db, owner: ONLY_OWNER } as ReportContext, {})
  const ended: string[] = []
  const ask = async (name: string, range: { from: string; to: string }) => {
    const found = await days.of({ ...range, tz: 'UTC' }, filter)
    ended.push(name)
    return found
  }
  const [year, again, day] = await Promise.all([
    ask('year', YEAR),
    ask('the same year', YEAR),
    ask('day', { from: '2026-11-10', to: '2026-11-10' }),
  ])
  expect(ended[0]).toBe('day')
  expect(again).toEqual(year)
  expect(again.every(({ usage }, i) => usage === year[i]?.usage)).toBe(true)
  expect(day[0]?.usage).toEqual(year.find(({ date }) => date === '2026-11-10')?.usage)
})

/** By each of seven columns 23 sums and a session; and 200 for the day itself. */
const NUMBERS_OF_A_DAY = 7 * (23 + 1) + 200

test('of more days than fit, the latest are remembered, and the answer is the same', async () => {
  const { db } = await openTestLedger()
  const starts = Date.parse('2026-11-10T12:00:00Z')
  const events = Array.from({ length: 9 }, (_, i) =>
    anEvent({ id: eventIdOf(i), occurred_at: starts + i * 86_400_000 }),
  )
  await db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))
  const options = { db, owner: ONLY_OWNER, now: () => NOW, pricer: new Pricer({ list: listPrices() }) }
  const remembered = new RememberedDays(4 * NUMBERS_OF_A_DAY)
  const [few, all] = [new UsageByDays(options, remembered), new UsageByDays(options)]
  const range = { from: '2026-11-01', to: '2026-11-18', tz: 'UTC' }
  const filter = await filterOf({ db, owner: ONLY_OWNER } as ReportContext, {})
  for (let time = 0; time < 2; time++) {
    expect(await few.of(range, filter)).toEqual(await all.of(range, filter))
    expect(remembered.dates).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18'])
  }
})
