import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anEvent, anySighting } from '../test/support/events.ts'
import { decodeEvents, encodeEvents } from './event-table.ts'

describe('events on the wire', () => {
  test('come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(anySighting), (events) => {
        const table = JSON.parse(JSON.stringify(encodeEvents(events))) as ReturnType<typeof encodeEvents>
        expect(decodeEvents(table)).toEqual({ events, rejected: [], ignored_columns: 0 })
      }),
    )
  })

  test('may have columns in any order, more of them, or fewer', () => {
    const { fields, rows } = encodeEvents([anEvent({ project: '' })])
    const reversed = {
      fields: [...fields.toReversed(), 'mood'],
      rows: rows.map((row) => [...row.toReversed(), 'good']),
    }
    expect(decodeEvents(reversed)).toEqual({ events: [anEvent({ project: '' })], rejected: [], ignored_columns: 1 })
    const project = fields.indexOf('project')
    const without = { fields: fields.toSpliced(project, 1), rows: rows.map((row) => row.toSpliced(project, 1)) }
    expect(decodeEvents(without).events).toEqual([anEvent({ project: '' })])
  })

  test.each([
    ['invalid-id', { id: 'short' }],
    ['invalid-id', { id: 7 }],
    ['invalid-row', { kind: 'tool' }],
    ['invalid-row', { seen_as: 'side' }],
    ['invalid-time', { occurred_at: -1 }],
    ['invalid-time', { occurred_at: 1e15 }],
    ['invalid-time', { occurred_at: '2026' }],
    ['invalid-count', { input_tokens: -1 }],
    ['invalid-count', { input_tokens: 1.5 }],
    ['invalid-count', { input_tokens: '3' }],
    ['invalid-count', { output_tokens: 2 ** 53 }],
    ['invalid-count', { tool_calls: null }],
    ['invalid-name', { model: 'a\u001b[31m' }],
    ['invalid-name', { model: 'x'.repeat(201) }],
    ['invalid-name', { model: null }],
    ['invalid-name', { machine: '' }],
  ])('are refused one by one: %s for %j', (code, wrong) => {
    const bad = anEvent(wrong as never)
    const { events, rejected } = decodeEvents(encodeEvents([anEvent(), bad, anEvent()]))
    expect([events.length, rejected]).toEqual([2, [{ index: 1, code }]])
  })

  test('never throw, whatever a row holds', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.jsonValue())), (rows) => {
        const { events, rejected } = decodeEvents({ fields: encodeEvents([]).fields, rows })
        expect(events.length + rejected.length).toBe(rows.length)
      }),
    )
  })
})
