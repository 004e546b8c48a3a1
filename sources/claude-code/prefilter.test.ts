import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aPromptRow, anAssistantRow } from '../../test/support/rows.ts'
import { parseRow } from './parse-row.ts'
import { mayShowUsage } from './prefilter.ts'

const passes = (line: string) => mayShowUsage(Buffer.from(line))
const context = { machine: 'm', source: 's', projectOf: () => '', toolCalls: () => 0 }

/** Rows with their fields in any order, decoys in their texts, and any legal spelling of a name. */
const anyRow = fc
  .record({
    row: fc.constantFrom(anAssistantRow(), aPromptRow('x'), {
      ...aPromptRow('"tool_result"'),
      toolUseResult: { usage: {} },
    }),
    decoy: fc.constantFrom(
      '"type":"user",',
      '{"message":{"role":"user"',
      '\\u0075',
      '"tool_result"',
      '🚀\u2028\u001b[1m',
    ),
    order: fc.array(fc.nat(20), { minLength: 12, maxLength: 12 }),
    spaced: fc.boolean(),
    escaped: fc.constantFrom('', 'usage', 'type', 'message', 'user', 'assistant'),
  })
  .map(({ row, decoy, order, spaced, escaped }) => {
    const fields = Object.entries({ ...row, note: decoy, input: { text: decoy, type: 'user' } })
    const shuffled = fields.map((field, i) => [order[i % 12] as number, field] as const).toSorted(([a], [b]) => a - b)
    const value = Object.fromEntries(shuffled.map(([, field]) => field))
    const text = spaced ? JSON.stringify(value, null, 1).replaceAll('\n', ' ') : JSON.stringify(value)
    const spelled = Array.from(escaped, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    return escaped === '' ? text : text.replaceAll(`"${escaped}"`, `"${spelled}"`)
  })

test('no line is held back that shows a response or a prompt', () => {
  fc.assert(
    fc.property(anyRow, (line) => {
      if (parseRow(JSON.parse(line), context).is === 'usage') expect(passes(line)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test('what tools printed is held back', () => {
  const result = {
    ...aPromptRow(''),
    message: { role: 'user', content: [{ type: 'tool_result', content: '\u001b[31m' }] },
  }
  expect(passes(JSON.stringify(result))).toBe(false)
  expect(passes(JSON.stringify({ type: 'file-history-snapshot', snapshot: {} }))).toBe(false)
  expect(passes('')).toBe(false)
})
