import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ago, byteCount, compactCount, counted } from './format.ts'

test.each([
  [0, '-'],
  [7, '7'],
  [999, '999'],
  [1000, '1.00K'],
  [35_700, '35.7K'],
  [106_900, '107K'],
  [997_260, '997K'],
  [999_950, '1.00M'],
  [3_551_204, '3.55M'],
  [14_090_000, '14.09M'],
  [612_400_000, '612.4M'],
  [999_990_000, '1.00B'],
  [1_020_000_000, '1.02B'],
  [3_100_000_000_000, '3.10T'],
  [2_000_000_000_000_000, '2.00Q'],
])('%d tokens are shown as %s', (count, text) => expect(compactCount(count)).toBe(text))

test('a compact count has at most four digits and is right to half a percent', () => {
  const unit = { K: 1e3, M: 1e6, B: 1e9, T: 1e12, Q: 1e15 }
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 999_000_000_000_000 }), (count) => {
      const text = compactCount(count)
      expect(text.replace(/\D/g, '').length).toBeLessThanOrEqual(4)
      const value = Number(text.slice(0, -1)) * unit[text.at(-1) as keyof typeof unit]
      expect(Math.abs(value - count) / count).toBeLessThan(0.0051)
    }),
  )
})

test('ages, bytes and counts read as people say them', () => {
  expect([20e3, 120e3, 3 * 3600e3, 19 * 86400e3].map(ago)).toEqual(['just now', '2 min ago', '3 h ago', '19 days ago'])
  expect([812, 18_211, 1_040_000].map(byteCount)).toEqual(['812 B', '18.2 KB', '1.04 MB'])
  expect([counted(1, 'event'), counted(3401, 'event')]).toEqual(['1 event', '3,401 events'])
})
