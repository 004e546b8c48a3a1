import { describe, expect, test } from 'vitest'
import type { RecentPoint } from '../../core/report-specs.ts'
import { inColumns, minutesOfHour, perMinute } from './hour.ts'

const NOW = Date.parse('2026-11-22T19:36:08Z')
const at = (seconds_ago: number, total_tokens: number, cost_usd: string | null = '0'): RecentPoint => {
  const step = Math.floor((NOW - 1000 * seconds_ago) / 15_000) * 15_000
  return { at: new Date(step).toISOString(), total_tokens, cost_usd }
}

describe('the last hour', () => {
  test('has a step for each 15 seconds, and each tells the minute that ends with it', () => {
    const minutes = minutesOfHour([at(30, 100)], NOW, 'tokens')
    expect(minutes).toHaveLength(240)
    expect(minutes.slice(-4)).toEqual([0, 100, 100, 100])
    expect(minutesOfHour([at(0, 100), at(15, 20), at(45, 3)], NOW, 'tokens').slice(-4)).toEqual([3, 3, 23, 123])
  })

  test('begins with the minute that was under way an hour ago, and has nothing of the future', () => {
    expect(minutesOfHour([at(3600, 7), at(-30, 1000)], NOW, 'tokens').slice(0, 4)).toEqual([7, 7, 7, 0])
    expect(Math.max(...minutesOfHour([at(-30, 1000), at(3700, 9)], NOW, 'tokens'))).toBe(0)
  })

  test.each([60, 67, 80, 120, 240, 300])('is as high in %d columns as it was', (columns) => {
    const minutes = minutesOfHour([at(100, 5), at(1000, 300), at(3599, 40)], NOW, 'tokens')
    const drawn = inColumns(minutes, columns)
    expect([drawn.length, Math.max(...drawn)]).toEqual([columns, 300])
    expect([drawn[0], drawn.at(-1)]).toEqual([minutes[0], minutes.at(-1)])
  })

  test('costs what has a price', () => {
    expect(minutesOfHour([at(0, 9, '0.0125'), at(15, 9, null)], NOW, 'cost').at(-1)).toBe(12_500_000)
  })
})

test('what is used per minute is the mean of the last five', () => {
  expect(perMinute([at(0, 500), at(280, 1000), at(320, 9999)], NOW, 'tokens')).toBe(300)
  expect(perMinute([at(20, 1, '0.5')], NOW, 'cost')).toBe(100_000_000)
  expect(perMinute([], NOW, 'tokens')).toBe(0)
})
