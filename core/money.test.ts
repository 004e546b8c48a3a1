import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dollars, parseUsd, roundedDivision, usdText } from './money.ts'

describe('money', () => {
  test('is exact as text, there and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (amount) => {
        expect(parseUsd(usdText(amount))).toBe(amount)
      }),
    )
  })

  test.each([
    [0n, '0', '$0.00'],
    [1n, '0.000000000001', '<$0.01'],
    [4_999_999_999n, '0.004999999999', '<$0.01'],
    [5_000_000_000n, '0.005', '$0.01'],
    [90_456_500_000n, '0.0904565', '$0.09'],
    [1_341_795_000_000_000n, '1341.795', '$1,341.80'],
    [-12_500_000_000_000n, '-12.5', '-$12.50'],
  ])('%d picodollars: %s for programs, %s for people', (amount, text, shown) => {
    expect([usdText(amount), dollars(amount)]).toEqual([text, shown])
  })

  test.each(['', '1e3', '$1', '1,000', '0.0000000000001', ' 1', '.5', 'NaN'])('%j is no amount', (text) => {
    expect(() => parseUsd(text)).toThrow(RangeError)
  })

  test('a half is rounded up', () => {
    expect([roundedDivision(1n, 2n), roundedDivision(1n, 3n), roundedDivision(5n, 2n)]).toEqual([1n, 0n, 3n])
  })
})
