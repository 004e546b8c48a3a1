import { describe, expect, test } from 'vitest'
import { daysOf, moved, suitableEvery } from './presets.ts'

const TODAY = '2026-11-22'

describe('ranges with a name', () => {
  test.each([
    ['today', '2026-11-22', '2026-11-22'],
    ['yesterday', '2026-11-21', '2026-11-21'],
    ['7d', '2026-11-16', '2026-11-22'],
    ['30d', '2026-10-24', '2026-11-22'],
    ['week', '2026-11-16', '2026-11-22'],
    ['month', '2026-11-01', '2026-11-22'],
    ['last-month', '2026-10-01', '2026-10-31'],
  ] as const)('%s is %s to %s on a Sunday', (preset, from, to) => {
    expect(daysOf(preset, TODAY)).toEqual({ from, to })
  })

  test('12m holds each weekday as often, or once more', () => {
    const { from, to } = daysOf('12m', TODAY)
    expect([from, to]).toEqual(['2025-11-23', TODAY])
  })
})

describe('the range before and after', () => {
  test('is as long', () => {
    expect(moved('7d', -1, TODAY)).toEqual({ from: '2026-11-09', to: '2026-11-15' })
    expect(moved({ from: '2026-11-09', to: '2026-11-15' }, 1, TODAY)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
  })

  test('of a month is a month, however long', () => {
    expect(moved('last-month', -1, TODAY)).toEqual({ from: '2026-09-01', to: '2026-09-30' })
    expect(moved({ from: '2026-02-01', to: '2026-02-28' }, 1, TODAY)).toEqual({ from: '2026-03-01', to: '2026-03-31' })
  })

  test('ends today at the latest, and is none in the future or for all time', () => {
    expect(moved({ from: '2026-11-10', to: '2026-11-16' }, 1, TODAY)).toEqual({ from: '2026-11-17', to: TODAY })
    expect(moved('today', 1, TODAY)).toBeUndefined()
    expect(moved('all', -1, TODAY)).toBeUndefined()
  })
})

test.each([
  ['2026-11-21', false, 'hour'],
  ['2026-11-20', false, 'day'],
  ['2026-08-01', false, 'day'],
  ['2026-08-01', true, 'week'],
  ['2025-11-22', false, 'week'],
  ['2025-11-22', true, 'month'],
  ['2016-11-22', false, 'month'],
] as const)('bars from %s on (narrow: %s) are of a %s', (from, isNarrow, every) => {
  expect(suitableEvery({ from, to: TODAY }, isNarrow)).toBe(every)
})
