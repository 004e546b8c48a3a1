import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonBytes } from './json-bytes.ts'

test('an answer is the JSON that it is otherwise, whether its rows are frozen or not', () => {
  const aRow = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant(undefined)),
  )
  const rows = fc.array(fc.tuple(aRow, fc.boolean()).map(([row, isFrozen]) => (isFrozen ? Object.freeze(row) : row)))
  const others = fc.oneof(fc.string(), fc.constant(null), fc.constant(undefined), fc.array(fc.string()), aRow)
  fc.assert(
    fc.property(rows, others, (list, other) => {
      const answer = { rows: list, other, of: { rows: list } }
      for (let time = 0; time < 2; time++)
        expect(new TextDecoder().decode(jsonBytes(answer))).toBe(JSON.stringify(answer))
    }),
  )
})
