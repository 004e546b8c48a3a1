import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarDays, localDay, startOfDay } from './calendar.ts'

const zones = Intl.supportedValuesOf('timeZone')
const iso = (instant: number) => new Date(instant).toISOString()

describe('a calendar of days', () => {
  test('covers its range without gap or overlap, whatever the zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 2020, max: 2030 }), (zone, year) => {
        const spans = calendarDays(`${year}-01-01`, `${year}-12-31`, zone)
        expect(spans.length).toBeGreaterThanOrEqual(365)
        for (const [i, span] of spans.entries()) {
          const next = spans[i + 1]
          if (next !== undefined) expect(span.ends).toBe(next.starts)
          expect(localDay(span.starts, zone)).toBe(span.label)
          expect(localDay(span.starts - 1, zone) < span.label).toBe(true)
          expect(localDay(span.ends - 1, zone)).toBe(span.label)
        }
      }),
      { numRuns: 12 },
    )
  })

  test('knows days of 23 and 25 hours', () => {
    const hours = (day: string) => {
      const [span] = calendarDays(day, day, 'Europe/Berlin')
      return ((span?.ends ?? 0) - (span?.starts ?? 0)) / 3_600_000
    }
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-11-22')]).toEqual([23, 25, 24])
  })

  test('starts a day at the first instant that has its date, also where midnight is skipped or comes twice', () => {
    // Havana: 8 March 2026 starts at 01:00, and 1 November 2026 has two midnights.
    expect(iso(startOfDay('2026-03-08', 'America/Havana'))).toBe('2026-03-08T05:00:00.000Z')
    expect(iso(startOfDay('2026-11-01', 'America/Havana'))).toBe('2026-11-01T04:00:00.000Z')
    expect(iso(startOfDay('2026-11-22', 'Asia/Kathmandu'))).toBe('2026-11-21T18:15:00.000Z')
    expect(iso(startOfDay('2026-11-22', 'Pacific/Chatham'))).toBe('2026-11-21T10:15:00.000Z')
    expect(iso(startOfDay('2026-11-22', 'UTC'))).toBe('2026-11-22T00:00:00.000Z')
  })

  test('gives a day that a zone skipped an empty span', () => {
    const [span] = calendarDays('2011-12-30', '2011-12-30', 'Pacific/Apia')
    expect(span?.starts).toBe(span?.ends)
  })
})

test('an unknown time zone is refused with examples', () => {
  expect(() => calendarDays('2026-01-01', '2026-01-02', 'Mars/Olympus')).toThrow(/“Mars\/Olympus” is not a time zone/)
})
