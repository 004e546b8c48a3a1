import { describe, expect, test } from 'vitest'
import { parseDay, resolveRange } from './range.ts'

const now = Date.parse('2026-11-22T23:30:00Z') // a Sunday in UTC, Monday in Tokyo

describe('a range', () => {
  const resolve = (query: Parameters<typeof resolveRange>[0]) => resolveRange(query, { now, tz: 'UTC', days: 30 })

  test('ends today in its own zone, and is as long as asked', () => {
    expect(resolve({ days: 7 })).toEqual({ from: '2026-11-16', to: '2026-11-22', tz: 'UTC' })
    expect(resolve({ days: 7, tz: 'Asia/Tokyo' })).toEqual({ from: '2026-11-17', to: '2026-11-23', tz: 'Asia/Tokyo' })
    expect(resolve({})).toMatchObject({ from: '2026-10-24' })
  })

  test('takes both ends when given', () => {
    expect(resolve({ from: '2026-01-01', to: '2026-01-31' })).toMatchObject({ from: '2026-01-01', to: '2026-01-31' })
  })

  test('that ends before it starts, or is over ten years long, is refused', () => {
    expect(() => resolve({ from: '2026-02-01', to: '2026-01-31' })).toThrow(/ends \(2026-01-31\) before it starts/)
    expect(() => resolve({ from: '1990-01-01' })).toThrow(/days long; the longest is 3660/)
  })
})

describe('a day as people type it', () => {
  test.each([
    ['2026-11-01', '2026-11-01'],
    ['today', '2026-11-22'],
    ['Yesterday', '2026-11-21'],
    ['7d', '2026-11-16'],
    ['2w', '2026-11-09'],
    ['1d', '2026-11-22'],
    ['sunday', '2026-11-22'],
    ['mon', '2026-11-16'],
    ['saturday', '2026-11-21'],
  ])('%s is %s', (text, day) => expect(parseDay(text, '--since', '2026-11-22')).toBe(day))

  test.each(['2026-13-99', '2026-02-30', '0d', 'soon', '', '7', '12h', 'mo'])('“%s” is refused', (text) => {
    expect(() => parseDay(text, '--since', '2026-11-22')).toThrow(/--since .*is not a date/)
  })
})
