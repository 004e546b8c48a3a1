import { expect, test } from 'vitest'
import { type Punchcard, punchcardLines } from './punchcard.ts'
import { styleFor } from './style.ts'
import { textWidth } from './width.ts'

const styleOf = (columns: number) => styleFor({ write: () => {}, isTTY: true, columns }, { env: { NO_COLOR: '1' } })
const SAID = { amountText: String, unit: 'tokens' }
const hours = (...some: readonly [hour: number, amount: number | undefined][]) => {
  const amounts = Array<number | undefined>(24).fill(0)
  for (const [hour, amount] of some) amounts[hour] = amount
  return amounts
}
const CARD: Punchcard = {
  rows: [
    { label: 'Mon', amounts: hours([1, 10], [23, 1]) },
    { label: 'Tue', amounts: undefined },
    { label: 'Wed', amounts: hours([1, undefined]) },
  ],
  columns: [{ heading: 'tokens', cells: ['11', '-', '4'], total: '15', width: 9, rank: 1 }],
  isAddedUp: true,
}

test('a weekday that is not in the range is empty, an hour that is not known no hour without use', () => {
  expect(punchcardLines(CARD, SAID, styleOf(80)).slice(0, 5)).toEqual([
    '      00    03    06    09    12    15    18    21       tokens',
    ' Mon  · █ · · · · · · · · · · · · · · · · · · · · · ▒        11',
    ' Tue                                                          -',
    ' Wed  · ? · · · · · · · · · · · · · · · · · · · · · ·         4',
    ' All  · █ · · · · · · · · · · · · · · · · · · · · · ▁        15',
  ])
  expect(punchcardLines(CARD, SAID, styleOf(80)).join('\n')).toContain('? not known')
})

test('what cannot be added up has no line for all weekdays but for its numbers', () => {
  const lines = punchcardLines({ ...CARD, isAddedUp: false }, SAID, styleOf(80))
  expect(lines[4]).toMatch(/^ All +15$/)
  expect(punchcardLines({ ...CARD, columns: [], isAddedUp: false }, SAID, styleOf(80))[4]).toBe('')
})

test.each([20, 40, 60, 79, 100, 160])('every hour is drawn once, and no line is wider than %i columns', (width) => {
  const lines = punchcardLines({ ...CARD, isAddedUp: false }, SAID, styleOf(width))
  expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
  const monday = lines.filter((line) => line.startsWith(' Mon')).join('')
  const squares = monday.replaceAll(/ Mon|11$/g, '').match(/\S+/g)
  expect(squares).toHaveLength(24)
})
