import cliTruncate from 'cli-truncate'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { cutMiddle, NARROW, textWidth } from './width.ts'

const signs = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((sign) =>
  NARROW.test(sign),
)

test('what counts as narrow takes one cell, whatever stands beside it', () => {
  expect(signs.length).toBeGreaterThan(250)
  for (const sign of signs) expect([sign, stringWidth(sign), stringWidth(`a${sign}b`)]).toEqual([sign, 1, 3])
  expect(stringWidth(signs.join(''))).toBe(signs.length)
})

test('other texts take what they look like', () => {
  const texts = ['日本', 'e\u0301', '👩‍💻', '\u001b[1mx\u001b[0m', 'a日']
  expect(texts.map(textWidth)).toEqual([4, 1, 2, 1, 3])
})

test('any text is cut as the library cuts it, which is asked for wide ones only', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...signs)).map((list) => list.join('')),
    fc.string({ unit: 'grapheme' }),
  )
  fc.assert(
    fc.property(text, fc.nat(30), fc.constantFrom('…', '..'), (name, width, sign) => {
      expect(cutMiddle(name, width, sign)).toBe(
        cliTruncate(name, width, { position: 'middle', truncationCharacter: sign }),
      )
    }),
    { numRuns: 2000 },
  )
})
