import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { bar, type BarPart, type Fill, swatch } from './bars.ts'
import { styleFor } from './style.ts'

const terminal = { write: () => {}, isTTY: true, columns: 80 }
const plain = styleFor(terminal, { env: { NO_COLOR: '1' } })
const ascii = styleFor(terminal, { env: { NO_COLOR: '1' } }, { ascii: true })
const colored = styleFor(terminal, { env: { TERM: 'xterm' } })

const ESCAPES = /\u001b\[\d+m/g // oxlint-disable-line no-control-regex
const bare = (text: string) => text.replace(ESCAPES, '')

function parts(first: number, second = 0, third = 0, other = 0): BarPart[] {
  return [
    { fill: 'first', amount: first },
    { fill: 'second', amount: second },
    { fill: 'third', amount: third },
    { fill: 'other', amount: other },
  ]
}

describe('a bar without colour', () => {
  test('tells its series by their glyphs', () => {
    expect(bar(parts(4, 3, 2, 1), { largest: 10, width: 10 }, plain)).toBe('████▓▓▓▒▒░')
    expect(bar(parts(4, 3, 2, 1), { largest: 10, width: 10 }, ascii)).toBe('####===--.')
  })

  test('is as long as its share of the largest', () => {
    expect(bar(parts(5), { largest: 10, width: 20 }, plain)).toBe('█'.repeat(10))
  })

  test('is a dot for nothing, and a cell for next to nothing', () => {
    expect(bar(parts(0), { largest: 10, width: 20 }, plain)).toBe('·')
    expect(bar([], { largest: 0, width: 20 }, plain)).toBe('·')
    expect(bar(parts(0), { largest: 10, width: 20 }, ascii)).toBe('.')
    expect(bar(parts(1), { largest: 1e15, width: 20 }, plain)).toBe('█')
  })

  test('of an estimate has a glyph of its own', () => {
    const estimate: BarPart[] = [{ fill: 'estimate', amount: 5 }]
    expect(bar(estimate, { largest: 10, width: 10 }, plain)).toBe('╱╱╱╱╱')
    expect(bar(estimate, { largest: 10, width: 10 }, ascii)).toBe('~~~~~')
  })
})

describe('a bar with colour', () => {
  test('is solid, and its last cell is drawn to an eighth', () => {
    const drawn = bar(parts(4, 3.3), { largest: 10, width: 10 }, colored)
    expect(drawn).toBe('\u001b[35m████\u001b[39m\u001b[33m███▎\u001b[39m')
  })

  test('of next to nothing is the thinnest line', () => {
    expect(bare(bar(parts(1), { largest: 1e15, width: 20 }, colored))).toBe('▏')
  })

  test('keeps the shade of “other”, which ends on a whole cell', () => {
    expect(bare(bar(parts(4, 0, 0, 2.3), { largest: 10, width: 10 }, colored))).toBe('████░░')
    expect(bare(bar(parts(4, 0, 0, 2.7), { largest: 10, width: 10 }, colored))).toBe('████░░░')
    expect(bare(bar(parts(0, 0, 0, 0.1), { largest: 10, width: 10 }, colored))).toBe('░')
  })

  test('keeps its glyphs in ASCII', () => {
    const style = styleFor(terminal, { env: {} }, { ascii: true })
    expect(bar(parts(2, 2), { largest: 4, width: 4 }, style)).toBe('\u001b[35m##\u001b[39m\u001b[33m==\u001b[39m')
  })
})

test('a legend shows the glyph and the ink of its bar', () => {
  const fills: Fill[] = ['first', 'second', 'third', 'other', 'estimate']
  expect(fills.map((fill) => swatch(fill, plain)).join('')).toBe('█▓▒░╱')
  expect(fills.map((fill) => bare(swatch(fill, colored))).join('')).toBe('███░╱')
})

const amounts = fc.array(fc.integer({ min: 0, max: 1e15 }), { minLength: 4, maxLength: 4 })

test('no bar is wider than it may be, and the largest fills its width', () => {
  fc.assert(
    fc.property(amounts, amounts, fc.integer({ min: 1, max: 160 }), (a, b, width) => {
      const sums = [a, b].map((list) => list.reduce((sum, amount) => sum + amount, 0))
      const largest = Math.max(...sums)
      for (const style of [plain, ascii, colored]) {
        const widths = [a, b].map(([first = 0, ...rest]) =>
          stringWidth(bar(parts(first, ...(rest as [number, number, number])), { largest, width }, style)),
        )
        expect(Math.max(...widths)).toBe(largest === 0 ? 1 : width)
      }
    }),
  )
})

test('each series is drawn to within a cell of its share', () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 160 }), ([a = 0, b = 0, c = 0, d = 0], width) => {
      const total = a + b + c + d
      fc.pre(total > 0)
      const drawn = bar(parts(a, b, c, d), { largest: total, width }, plain)
      for (const [i, glyph] of ['█', '▓', '▒', '░'].entries()) {
        const cells = drawn.split(glyph).length - 1
        expect(Math.abs(cells - (width * ([a, b, c, d][i] ?? 0)) / total)).toBeLessThanOrEqual(1)
      }
    }),
  )
})
