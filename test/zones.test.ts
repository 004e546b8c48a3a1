import { describe, expect, test } from 'vitest'
import { calendarDays } from '../core/calendar.ts'
import { dayNumber } from '../core/day.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { offsetBy, readZone, startOfDayBy, type Stretch } from './support/tzif.ts'
import { record } from '../store/ledger.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { openTestLedger } from '../store/testing.ts'

const FROM = '2020-01-01'
const TO = '2030-12-31'
const ENDS = Date.parse('2031-01-02T00:00:00Z')
const WEEK_MS = 7 * 86_400_000

/** Node and the system may have other releases of the tz database; a zone whose rules changed between them says nothing. */
function isSameRelease(zone: string, stretches: readonly Stretch[]): boolean {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  for (let at = Date.parse(FROM); at < ENDS; at += WEEK_MS) {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? []
    const offset = (sign === '-' ? -1 : 1) * ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000)
    if (offset !== offsetBy(stretches, at)) return false
  }
  return true
}

const zones = Intl.supportedValuesOf('timeZone')
const known = zones.flatMap((zone) => {
  const stretches = readZone(zone, ENDS)
  return stretches === undefined ? [] : [{ zone, stretches }]
})
const reason = 'no compiled tz database of the system with times up to 2031 (Debian: apt-get install tzdata)'

describe('the start of each day from 2020 to 2030', () => {
  test(`of every time zone is that of the system’s tz database`, { timeout: 180_000 }, (context) => {
    context.skip(known.length < zones.length / 2, reason)
    const compared = known.filter(({ zone, stretches }) => isSameRelease(zone, stretches))
    expect(compared.length).toBeGreaterThan(known.length * 0.9)
    for (const { zone, stretches } of compared) {
      const wrong = calendarDays(FROM, TO, zone).filter(
        ({ label, starts, ends }) =>
          starts !== startOfDayBy(stretches, dayNumber(label)) ||
          ends !== startOfDayBy(stretches, dayNumber(label) + 1),
      )
      expect([zone, wrong]).toEqual([zone, []])
    }
  })

  test.each([
    // Midnight, offsets of quarters of an hour, a midnight that is skipped, and clocks that change by half an hour.
    ['Asia/Kolkata', '2026-11-22', '2026-11-21T18:30:00.000Z', 24],
    ['Asia/Kathmandu', '2026-11-22', '2026-11-21T18:15:00.000Z', 24],
    ['Pacific/Chatham', '2026-04-05', '2026-04-04T10:15:00.000Z', 25],
    ['Pacific/Chatham', '2026-09-27', '2026-09-26T11:15:00.000Z', 23],
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00.000Z', 23.5],
  ])('%s: %s starts at %s and has %d hours', (zone, day, starts, hours) => {
    const [span] = calendarDays(day, day, zone)
    expect(new Date(span?.starts ?? 0).toISOString()).toBe(starts)
    expect(((span?.ends ?? 0) - (span?.starts ?? 0)) / 3_600_000).toBe(hours)
  })
})

test('two viewers in two zones see their own days of the same events', async () => {
  const ledger = await openTestLedger()
  const at = (time: string, n: number) =>
    anEvent({ id: eventIdOf(n), occurred_at: Date.parse(time), output_tokens: 10 ** n })
  const events = [
    at('2026-11-20T18:14:59Z', 0),
    at('2026-11-20T18:15:00Z', 1),
    at('2026-11-21T04:59:59Z', 2),
    at('2026-11-21T05:00:00Z', 3),
  ]
  await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))
  const now = () => Date.parse('2026-11-23T12:00:00Z')
  const reports = ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: 'UTC' })
  const seen = async (tz: string) => {
    const { days } = await reports.daily({ from: '2026-11-19', to: '2026-11-22', tz })
    return days.map(({ date, output_tokens }) => [date, output_tokens])
  }
  // Both at once, and one after the other: what is remembered for one is not shown to the other.
  const both = await Promise.all([seen('Asia/Kathmandu'), seen('America/Havana')])
  expect(both).toEqual([
    [
      ['2026-11-20', 1],
      ['2026-11-21', 1110],
    ],
    [
      ['2026-11-20', 111],
      ['2026-11-21', 1000],
    ],
  ])
  expect([await seen('Asia/Kathmandu'), await seen('America/Havana')]).toEqual(both)
})
