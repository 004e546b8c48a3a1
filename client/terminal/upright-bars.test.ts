import { describe, expect, test } from 'vitest'
import { styleFor } from './style.ts'
import { uprightBars } from './upright-bars.ts'

const terminal = { isTTY: true, columns: 80, write: () => undefined }
const plain = styleFor(terminal, { env: { LANG: 'C.UTF-8' } }, { color: 'never' })

describe('upright bars', () => {
  test('are drawn to an eighth of a line, against the largest', () => {
    expect(uprightBars([0, 1, 4, 8, 16, 12], 2, plain)).toEqual(['    █▄', '·▁▄███'])
  })

  test('show the least amount, and nothing as a dot', () => {
    expect(uprightBars([0, 0.001, 1000], 1, plain)).toEqual(['·▁█'])
    expect(uprightBars([0, 0], 2, plain)).toEqual(['  ', '··'])
    expect(uprightBars([], 1, plain)).toEqual([''])
  })

  test('have letters only in ASCII', () => {
    const ascii = styleFor(terminal, { env: {} }, { color: 'never', ascii: true })
    expect(uprightBars([0, 2, 8, 16], 2, ascii)).toEqual(['   #', ' .##'])
  })
})
