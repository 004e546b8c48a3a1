import { expect, test } from 'vitest'
import { localDay, localTime } from '../../core/calendar.ts'
import { listPrices } from '../../core/prices/price-book.ts'
import { anEvent, eventIdOf } from '../../test/support/events.ts'
import { record } from '../ledger.ts'
import { meetMachine } from '../meet-machine.ts'
import { ONLY_OWNER } from '../schema.ts'
import { openTestLedger } from '../testing.ts'
import { transact } from '../transact.ts'
import { ledgerReports } from './index.ts'

const HOUR = 3_600_000
const YEAR = { from: '2026-01-01', to: '2026-12-31', tz: 'Europe/Berlin' } as const

test('the hours of a year, which no statement reads at once, have each response once', async () => {
  const ledger = await openTestLedger()
  const first = Date.parse('2025-12-31T23:00:00Z')
  const events = Array.from({ length: 674 }, (_, i) =>
    anEvent({
      id: eventIdOf(i),
      machine: 'm-1',
      session: `session-${i % 300}`,
      occurred_at: first + i * 13 * HOUR,
      output_tokens: i + 1,
    }),
  )
  await transact(ledger.db, ONLY_OWNER, async (tx) => {
    await meetMachine(tx, ONLY_OWNER, { id: 'm-1', hostname: 'm', protocol: 2 }, 0)
    await record(tx, ONLY_OWNER, events)
  })
  const prices = { list: listPrices(), contract: undefined }
  const now = () => Date.parse('2027-01-01T12:00:00Z')
  const reports = ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now, tz: 'UTC', prices })
  const hourOf = ({ occurred_at }: { readonly occurred_at: number }) =>
    `${localDay(occurred_at, YEAR.tz)} ${localTime(occurred_at, YEAR.tz).slice(0, 2)}`
  const inYear = events.filter(({ occurred_at }) => localDay(occurred_at, YEAR.tz).startsWith('2026'))

  const { hours } = await reports.hourly(YEAR)
  expect(
    hours.map(({ starts, output_tokens }) => [hourOf({ occurred_at: Date.parse(starts) }), output_tokens]),
  ).toEqual(inYear.map((event) => [hourOf(event), event.output_tokens]))

  const { cells } = await reports.punchcard(YEAR)
  const expected = Map.groupBy(
    inYear,
    (event) => `${new Date(hourOf(event).slice(0, 10)).getUTCDay() || 7} ${Number(hourOf(event).slice(11))}`,
  )
  expect(
    Object.fromEntries(cells.map((cell) => [`${cell.weekday} ${cell.hour}`, [cell.output_tokens, cell.session_count]])),
  ).toEqual(
    Object.fromEntries(
      [...expected].map(([cell, of]) => [
        cell,
        [of.reduce((sum, { output_tokens }) => sum + output_tokens, 0), new Set(of.map(({ session }) => session)).size],
      ]),
    ),
  )
  await ledger.close()
})
