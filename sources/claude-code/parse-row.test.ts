import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aPromptRow, anAssistantRow, type RowOptions } from '../../test/support/rows.ts'
import { parseRow, type RowContext } from './parse-row.ts'

const context: RowContext = {
  machine: 'm',
  source: 'claude-code',
  projectOf: (cwd) => `key of ${cwd}`,
  toolCalls: (_identity, ids) => ids.length,
}
const parse = (row: unknown) => parseRow(row, context)

function only(options: RowOptions) {
  const parsed = parse(anAssistantRow(options))
  if (parsed.is !== 'usage' || parsed.sightings.length !== 1) throw new Error(`not one sighting: ${parsed.is}`)
  return parsed.sightings[0] as (typeof parsed.sightings)[number]
}

describe('what names a response', () => {
  test('is its message id, whatever session, request or machine shows it', () => {
    expect(only({ sessionId: 'a', requestId: 'req_1' }).id).toBe(only({ sessionId: 'b', requestId: 'req_2' }).id)
  })

  test('is a short message id without request only together with model, session and day: proxies repeat constants', () => {
    const short = { id: 'msg_1', requestId: null } as const
    const id = only(short).id
    expect(only({ ...short, timestamp: '2026-11-20T23:59:59.000Z' }).id).toBe(id)
    expect(only({ ...short, timestamp: '2026-11-21T00:00:00.000Z' }).id).not.toBe(id)
    expect(only({ ...short, sessionId: 'other' }).id).not.toBe(id)
    expect(only({ ...short, model: 'glm' }).id).not.toBe(id)
    expect(only({ id: 'msg_1', requestId: 'req_9' }).id).toBe(only({ id: 'msg_1', sessionId: 'x' }).id)
  })

  test('is the request id without a message id, then the row’s own', () => {
    expect(only({ id: null, uuid: 'u1' }).id).toBe(only({ id: null, uuid: 'u2' }).id)
    expect(only({ id: null, requestId: null, uuid: 'u1' }).id).not.toBe(
      only({ id: null, requestId: null, uuid: 'u2' }).id,
    )
    expect(parse({ ...anAssistantRow({ id: null, requestId: null }), uuid: undefined }).is).toBe('unusable')
  })
})

describe('counts', () => {
  test('take null and missing as 0, and writes beyond their split as 5-minute writes', () => {
    const usage = { cache_creation_input_tokens: 1000, cache_read_input_tokens: null }
    expect(only({ usage })).toMatchObject({
      cache_read_tokens: 0,
      cache_write_5m_tokens: 800,
      cache_write_1h_tokens: 200,
    })
    expect(only({ usage: { cache_creation_input_tokens: 0 } })).toMatchObject({ cache_write_5m_tokens: 100 })
    expect(only({ usage: { cache_creation: undefined } })).toMatchObject({ cache_write_5m_tokens: 300 })
  })

  test.each([
    ['"12"', '12'],
    ['a float', 1.5],
    ['negative', -1],
    ['beyond 2^53', 2 ** 53],
    ['infinite', Number.POSITIVE_INFINITY],
    ['a list', [1]],
  ])('that are %s make the row unusable, never a guess', (_what, output) =>
    expect(parse(anAssistantRow({ output })).is).toBe('unusable'),
  )

  test('that are all zero are no sighting', () => {
    const zero = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, cache_creation: null }
    expect(parse(anAssistantRow({ output: 0, usage: zero })).is).toBe('nothing')
  })

  test('of a synthetic answer or a tool result are never taken', () => {
    expect(parse(anAssistantRow({ model: '<synthetic>' })).is).toBe('nothing')
    const { message, ...row } = anAssistantRow()
    const usage = (message as { usage: unknown }).usage
    expect(parse({ ...row, type: 'user', message, toolUseResult: { usage } }).is).toBe('nothing')
  })
})

test('times without a zone, before 1970, beyond the year 9999 or missing cannot be placed', () => {
  for (const timestamp of ['2026-11-20 10:00', '2026-11-20T10:00:00', 'NaN', '1969-01-01T00:00:00Z', '']) {
    expect(parse(anAssistantRow({ timestamp })).is).toBe('unusable')
  }
  expect(only({ timestamp: '2026-11-20T10:00:00+05:45' }).occurred_at).toBe(Date.parse('2026-11-20T04:15:00Z'))
})

test('a project is that of the working folder, which itself stays here', () => {
  expect(only({ cwd: '/home/dev/src/shop' }).project).toBe('key of /home/dev/src/shop')
})

describe('a prompt', () => {
  test('is what a person typed', () => {
    expect(parse(aPromptRow('fix the bug')).is).toBe('usage')
    const blocks = {
      ...aPromptRow(''),
      message: { role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'x' }] },
    }
    expect(parse(blocks).is).toBe('usage')
  })

  test('is not what Claude Code writes in a person’s name', () => {
    const prompt = aPromptRow('x')
    const content = (value: unknown) => ({ ...prompt, message: { role: 'user', content: value } })
    for (const row of [
      { ...prompt, isMeta: true },
      { ...prompt, isCompactSummary: true },
      { ...prompt, isSidechain: true },
      { ...prompt, toolUseResult: 'x' },
      content([{ type: 'tool_result', content: 'x' }]),
      content('<local-command-stdout>x</local-command-stdout>'),
      content([{ type: 'text', text: '[Request interrupted by user]' }]),
      content([]),
      content(null),
    ]) {
      expect(parse(row).is).toBe('nothing')
    }
  })
})

test('usage in a row type that is not known is told, not counted', () => {
  expect(parse({ ...anAssistantRow(), type: 'assistant_v2' })).toEqual({ is: 'unknown', type: 'assistant_v2' })
})

test('no row throws, and none becomes more than whole counts of known names', () => {
  const row = fc.jsonValue({ maxDepth: 5 })
  const mutated = fc
    .tuple(fc.constantFrom('message', 'usage', 'timestamp', 'type', 'sessionId', 'content', 'cwd'), row)
    .map(([field, value]) => {
      const base = structuredClone(anAssistantRow()) as Record<string, Record<string, unknown>>
      if (field === 'usage' || field === 'content') (base['message'] as Record<string, unknown>)[field] = value
      else (base as Record<string, unknown>)[field] = value
      return base
    })
  fc.assert(
    fc.property(fc.oneof(row, mutated), (value) => {
      const parsed = parse(value)
      if (parsed.is !== 'usage') return
      for (const sighting of parsed.sightings) {
        expect(Number.isInteger(sighting.output_tokens) && sighting.output_tokens >= 0).toBe(true)
        expect(sighting.id).toMatch(/^[\w-]{22}$/)
      }
    }),
    { numRuns: 2000 },
  )
})
