import { describe, expect, test } from 'vitest'
import { pairedPeriods } from './paired-periods.ts'
import { periodBefore } from './range.ts'
import type { Every } from './calendar.ts'

/** Labels of both, a dash where there is none. */
function pairs(every: Every, from: string, to: string, tz = 'Europe/Berlin'): string[] {
  const range = { from, to, tz }
  return pairedPeriods(every, range, periodBefore(range)).map(
    ({ now, before }) => `${now?.label ?? '-'} ${before?.label ?? '-'}`,
  )
}

describe('periods beside those before', () => {
  test('days have the same weekday', () => {
    expect(pairs('day', '2026-11-21', '2026-11-22')).toEqual(['2026-11-21 2026-11-14', '2026-11-22 2026-11-15'])
    expect(pairs('day', '2026-11-15', '2026-11-22')[0]).toBe('2026-11-15 2026-11-01')
  })

  test('weeks are cut on the same weekday', () => {
    expect(pairs('week', '2026-11-13', '2026-11-17')).toEqual(['2026-11-09 2026-11-02', '2026-11-16 2026-11-09'])
  })

  test('hours have the same local time, also where the clocks change', () => {
    // On 25 October two o’clock comes twice, on 29 March never.
    const autumn = pairs('hour', '2026-10-25', '2026-10-25')
    expect(autumn.slice(1, 5)).toEqual([
      '2026-10-25T01:00+02:00 2026-10-18T01:00+02:00',
      '2026-10-25T02:00+02:00 2026-10-18T02:00+02:00',
      '2026-10-25T02:00+01:00 -',
      '2026-10-25T03:00+01:00 2026-10-18T03:00+02:00',
    ])
    const spring = pairs('hour', '2026-03-29', '2026-03-29')
    expect([spring[1], spring[2], spring.at(-1)]).toEqual([
      '2026-03-29T01:00+01:00 2026-03-22T01:00+01:00',
      '2026-03-29T03:00+02:00 2026-03-22T03:00+01:00',
      '- 2026-03-22T02:00+01:00',
    ])
  })

  test('of months the last stands beside the last, whichever are more', () => {
    expect(pairs('month', '2026-10-01', '2026-11-22')).toEqual(['2026-10-01 2026-08-01', '2026-11-01 2026-09-01'])
    expect(pairs('month', '2026-05-01', '2026-05-31')).toEqual(['2026-05-01 2026-04-01', '- 2026-03-01'])
    expect(pairs('month', '2026-09-30', '2026-10-27')).toEqual(['2026-09-01 -', '2026-10-01 2026-09-01'])
  })
})
