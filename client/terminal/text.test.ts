import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { isCleanName, MAX_NAME } from '../../core/text.ts'
import { styleFor } from './style.ts'
import { flow, padEnd, padStart, printable, shorten } from './text.ts'

const terminal = { write: () => {}, isTTY: true, columns: 80 }
const unicode = styleFor(terminal, { env: {} })
const ascii = styleFor(terminal, { env: {} }, { ascii: true })

const anyText = fc.string({ unit: 'grapheme', maxLength: 300 })

describe('names from outside', () => {
  test('lose everything that could move a cursor, change a colour or turn a line around', () => {
    expect(printable('a\u001b[31mb\u0007\u009b2Jc\u202ed\u2066e\r\nf', unicode)).toBe('a[31mb2Jcdef')
  })

  test('keep every letter, however long they are', () => {
    const long = '客'.repeat(1000)
    expect(printable(long, unicode)).toBe(long)
  })

  test('never hold a control character, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const points = Array.from(printable(text, unicode))
        for (let i = 0; i < points.length; i += MAX_NAME) {
          expect(isCleanName(points.slice(i, i + MAX_NAME).join(''))).toBe(true)
        }
      }),
    )
  })

  test('are ASCII where the terminal is', () => {
    expect(printable('Müller’s “nas” – 客…', ascii)).toBe('M?ller\'s "nas" - ?..')
    fc.assert(fc.property(anyText, (text) => /^[\x20-\x7e]*$/.test(printable(text, ascii))))
  })
})

describe('shortening', () => {
  test('takes the middle out of a name', () => {
    expect(shorten('billing-service-api', 11, unicode)).toBe('billi…e-api')
    expect(shorten('billing-service-api', 11, ascii)).toBe('billi..-api')
    expect(shorten('billing-api', 11, unicode)).toBe('billing-api')
  })

  test('counts cells, not characters', () => {
    expect(shorten('客户项目报告', 9, unicode)).toBe('客户…报告')
    expect(shorten('👩‍🚀👩‍🚀👩‍🚀👩‍🚀', 5, unicode)).toBe('👩‍🚀…👩‍🚀')
  })

  test('never makes a name wider than it may be', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 60 }), (text, width) => {
        for (const style of [unicode, ascii]) {
          expect(stringWidth(shorten(printable(text, style), width, style))).toBeLessThanOrEqual(width)
        }
      }),
    )
  })
})

test('padding counts cells, and colour has none', () => {
  expect(padEnd('客', 4)).toBe('客  ')
  expect(padStart('\u001b[1mab\u001b[22m', 4)).toBe('  \u001b[1mab\u001b[22m')
  expect(padEnd('abc', 2)).toBe('abc')
})

describe('flowing text', () => {
  test('sentences share a line as long as they fit', () => {
    expect(flow(['One.', 'Two.', 'Three.'], 10)).toEqual(['One.  Two.', 'Three.'])
  })

  test('a sentence longer than a line is broken between its words', () => {
    expect(flow(['This one is long.', 'End.'], 12)).toEqual(['This one is', 'long.  End.'])
  })

  test('a word longer than a line is broken', () => {
    expect(flow(['abcdefgh'], 5)).toEqual(['abcde', 'fgh'])
  })

  test('no line is wider than asked, and no letter is lost', () => {
    const letters = (text: string) => text.replaceAll(' ', '')
    fc.assert(
      fc.property(
        fc.array(anyText.map((text) => printable(text, unicode))),
        fc.integer({ min: 4, max: 90 }),
        (pieces, width) => {
          const lines = flow(pieces, width)
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
          expect(letters(lines.join(''))).toBe(letters(pieces.join('')))
        },
      ),
    )
  })
})
