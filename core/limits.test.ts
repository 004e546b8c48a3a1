import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gaugesOf, isPlausible, type LimitSample, peaksOf } from './limits.ts'

const NOW = Date.parse('2026-11-22T20:36:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const sample = (given: Partial<LimitSample> = {}): LimitSample => ({
  account: 'a1',
  window: 'five_hour',
  used_percent: 40,
  resets_at: NOW + 84 * MINUTE,
  seen_at: NOW - 2 * MINUTE,
  machine: 'studio',
  ...given,
})

describe('the gauge of an account and window', () => {
  test('is the newest sample, from whichever machine; nothing is added up', () => {
    const samples = [
      sample({ used_percent: 78, seen_at: NOW - 2 * MINUTE }),
      sample({ used_percent: 60, seen_at: NOW - 40 * MINUTE, machine: 'laptop' }),
      sample({ used_percent: 90, seen_at: NOW - 50 * MINUTE, machine: 'laptop' }),
    ]
    expect(gaugesOf(samples, NOW)).toMatchObject([{ used_percent: 78, machine: 'studio' }])
  })

  test('is gone after its reset, also where an old window was told last', () => {
    const past = sample({ resets_at: NOW - MINUTE, seen_at: NOW - 2 * MINUTE })
    expect(gaugesOf([past], NOW)).toEqual([])
    const present = sample({ used_percent: 3, seen_at: NOW - 3 * MINUTE, resets_at: NOW + 4 * HOUR })
    expect(gaugesOf([past, present], NOW)).toMatchObject([{ used_percent: 3 }])
  })

  test('is one for each account and window', () => {
    const samples = [
      sample(),
      sample({ account: '' }),
      sample({ window: 'seven_day', resets_at: NOW + 48 * HOUR }),
      sample({ window: 'seven_day_opus', resets_at: NOW + 48 * HOUR }),
    ]
    expect(gaugesOf(samples, NOW).map(({ account, window }) => `${account} ${window}`)).toEqual([
      ' five_hour',
      'a1 five_hour',
      'a1 seven_day',
      'a1 seven_day_opus',
    ])
  })

  test('does not depend on the order or the repetition of samples', () => {
    const any = fc.record({
      account: fc.constantFrom('', 'a1'),
      window: fc.constantFrom('five_hour', 'seven_day', 'other'),
      used_percent: fc.nat(100),
      resets_at: fc.constantFrom(NOW - 1, NOW + HOUR, NOW + 2 * HOUR),
      seen_at: fc.constantFrom(NOW - 40 * MINUTE, NOW - 10 * MINUTE, NOW - 1),
      machine: fc.constantFrom('studio'),
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (samples) => {
        const shuffled = [...samples, ...samples].toReversed()
        expect(gaugesOf(shuffled, NOW)).toEqual(gaugesOf(samples, NOW))
      }),
    )
  })
})

describe('the forecast', () => {
  const at = (minutes: number, used_percent: number) => sample({ used_percent, seen_at: NOW - minutes * MINUTE })

  test('of a short window goes by the last half hour', () => {
    const [gauge] = gaugesOf([at(200, 5), at(32, 60), at(12, 70), at(2, 78)], NOW)
    // 18 percent in 30 minutes: 22 more take 37 minutes from then on, and 86 minutes are left.
    expect(gauge).toMatchObject({ full_at: NOW + 34 * MINUTE + 40_000, projected_percent: 129.6, even_percent: 72 })
  })

  test('is none where nothing happened in the last half hour, or too little time has passed', () => {
    for (const samples of [[at(90, 20), at(40, 60)], [at(2, 78)], [at(5, 70), at(2, 78)], [at(20, 78), at(2, 78)]]) {
      expect(gaugesOf(samples, NOW)).toMatchObject([{ full_at: null, projected_percent: null }])
    }
  })

  test('that is full only after the reset has no time', () => {
    expect(gaugesOf([at(30, 10), at(0, 12)], NOW)).toMatchObject([{ full_at: null, projected_percent: 17.6 }])
  })

  test('does not take the fall at a reset for a pace', () => {
    const before = sample({ used_percent: 95, seen_at: NOW - 25 * MINUTE, resets_at: NOW - 20 * MINUTE })
    const after = sample({ used_percent: 1, seen_at: NOW - 2 * MINUTE, resets_at: NOW + 280 * MINUTE })
    expect(gaugesOf([before, after], NOW)).toMatchObject([{ full_at: null, projected_percent: null }])
  })

  test('of a week goes by all that has passed of it', () => {
    const week = { window: 'seven_day', used_percent: 41, resets_at: NOW + 36 * HOUR, seen_at: NOW }
    const [gauge] = gaugesOf([sample(week)], NOW)
    expect(gauge).toMatchObject({ even_percent: 78.6, projected_percent: 52.2, full_at: null })
  })

  test('of a window of unknown length is none', () => {
    expect(gaugesOf([sample({ window: 'other' })], NOW)).toMatchObject([
      { even_percent: null, projected_percent: null },
    ])
  })
})

test.each([
  [{ used_percent: -1 }, false],
  [{ used_percent: Number.NaN }, false],
  [{ used_percent: 104.5 }, true],
  [{ resets_at: NOW - 3 * MINUTE }, false],
  [{ resets_at: NOW + 5 * HOUR + 30 * MINUTE }, true],
  [{ resets_at: NOW + 7 * HOUR }, false],
  [{ window: 'seven_day', resets_at: NOW + 7 * 24 * HOUR }, true],
  [{ window: 'other', resets_at: NOW + 40 * 24 * HOUR }, false],
])('a sample is believed only where it can be true: %j is %s', (given, isTrue) => {
  expect(isPlausible(sample(given))).toBe(isTrue)
})

test('the peak of a window that has ended is its highest figure, whatever second its reset was told to', () => {
  const resets_at = NOW - HOUR
  const samples = [
    sample({ resets_at, used_percent: 60, seen_at: NOW - 3 * HOUR }),
    sample({ resets_at: resets_at + 400, used_percent: 83, seen_at: NOW - 2 * HOUR }),
    sample({ resets_at: NOW - 10 * HOUR, used_percent: 100, seen_at: NOW - 11 * HOUR }),
    sample(),
  ]
  expect(peaksOf(samples, NOW).map(({ used_percent }) => used_percent)).toEqual([83, 100])
})
