import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { joinEvents, type UsageEvent } from '../../../core/usage-event.ts'
import { parseRow } from '../../../sources/claude-code/parse-row.ts'
import { tempFolder, writeFile } from '../../../test/support/folders.ts'
import { anAssistantRow, lines, type RowOptions } from '../../../test/support/rows.ts'
import type { CcusageReport } from './ask.ts'
import { compare, type Difference, summaryOf } from './compare.ts'
import { ruledByCcusage } from './rule.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

/** Rows of a transcript, and the responses that are made of them here. */
function transcript(...rows: readonly object[]): { path: string; events: UsageEvent[] } {
  const path = writeFile(join(tempFolder(), 's.jsonl'), lines(...rows))
  const context = { machine: 'm', source: 'claude-code', projectOf: () => '', toolCalls: () => 0 }
  const sightings = rows.flatMap((row) => {
    const parsed = parseRow(JSON.parse(JSON.stringify(row)), context)
    return parsed.is === 'usage' ? parsed.sightings : []
  })
  return { path, events: [...joinEvents(sightings).values()] }
}

type Theirs = readonly [
  date: string,
  model: string,
  input: number,
  output: number,
  written: number,
  read: number,
  cost: number,
]

function reported(...rows: readonly Theirs[]): CcusageReport {
  const daily = [...Map.groupBy(rows, ([date]) => date)].map(([date, ofDay]) => ({
    date,
    modelBreakdowns: ofDay.map(
      ([, modelName, inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens, cost]) => ({
        modelName,
        inputTokens,
        outputTokens,
        cacheCreationTokens,
        cacheReadTokens,
        cost,
      }),
    ),
  }))
  return { daily }
}

/** What differs between rows as they are counted here and what ccusage said of the same rows. */
function differences(rows: readonly object[], report: CcusageReport, events?: readonly UsageEvent[]): string[] {
  const { path, events: ours } = transcript(...rows)
  const sides = { events: events ?? ours, ruled: ruledByCcusage([path], { tz: 'UTC' }), report }
  return compare(sides, { tz: 'UTC', now: NOW }).flatMap(({ date, model, differences: found }) =>
    found.length === 0 ? [] : [`${date.slice(-2)} ${model}: ${found.join(', ')}`],
  )
}

let ids = 0
const row = (day: string, options: RowOptions = {}) => ({
  ...anAssistantRow({
    id: `msg_01${String(++ids).padStart(22, '0')}`,
    timestamp: `2026-11-${day}T10:00:00Z`,
    ...options,
  }),
})

describe('beside ccusage 20.0.24, as it counted these rows', () => {
  const OPUS = 'claude-opus-5'
  const same = [3, 100, 300, 2000] as const

  test.each<[string, object[], Theirs[], string[]]>([
    ['a plain response', [row('01')], [['2026-11-01', OPUS, ...same, 0.0061400000000000005]], []],
    [
      'fast mode has a model name of its own there',
      [row('02', { usage: { speed: 'fast' } }), row('02')],
      [
        ['2026-11-02', 'claude-opus-5-fast', ...same, 0.01228],
        ['2026-11-02', OPUS, ...same, 0.00614],
      ],
      [],
    ],
    [
      'a row that is 0 in all, before the one that counts',
      [
        row('03', {
          id: 'msg_2026glm000000000000001',
          requestId: null,
          model: 'glm-4.7',
          usage: {
            input_tokens: 0,
            output_tokens: 0,
            cache_read_input_tokens: 0,
            cache_creation_input_tokens: 0,
            cache_creation: {},
          },
        }),
        row('04', { id: 'msg_2026glm000000000000001', requestId: null, model: 'glm-4.7' }),
      ],
      [
        ['2026-11-03', 'glm-4.7', 0, 0, 0, 0, 0],
        ['2026-11-04', 'glm-4.7', ...same, 0],
      ],
      [],
    ],
    [
      'a model without a price here',
      [row('04', { model: 'glm-4.7' })],
      [['2026-11-04', 'glm-4.7', ...same, 0.0006818]],
      ['04 glm-4.7: no-price'],
    ],
    [
      'the US',
      [row('05', { usage: { inference_geo: 'us' } })],
      [['2026-11-05', OPUS, ...same, 0.00614]],
      [`05 ${OPUS}: us`],
    ],
    [
      'a long prompt',
      [row('06', { model: 'claude-sonnet-4-5-20250929', usage: { input_tokens: 250_000 } })],
      [['2026-11-06', 'claude-sonnet-4-5-20250929', 250_000, 100, 300, 2000, 0.903675]],
      ['06 claude-sonnet-4-5-20250929: long-prompt'],
    ],
    [
      'web searches',
      [row('07', { usage: { server_tool_use: { web_search_requests: 3 } } })],
      [['2026-11-07', OPUS, ...same, 0.00614]],
      [`07 ${OPUS}: web-search`],
    ],
    ['a field that is null', [row('09', { usage: { speed: null } })], [], [`09 ${OPUS}: row-left-out`]],
    ['a version that is none', [{ ...row('10'), version: 'dev' }], [], [`10 ${OPUS}: row-left-out`]],
    [
      'batch',
      [row('11', { usage: { service_tier: 'batch' } })],
      [['2026-11-11', OPUS, ...same, 0.00614]],
      [`11 ${OPUS}: batch`],
    ],
    [
      'another price of a model there',
      [row('16', { model: 'us.anthropic.claude-opus-4-5-20251101-v1:0' })],
      [['2026-11-16', 'us.anthropic.claude-opus-4-5-20251101-v1:0', ...same, 0.006754]],
      ['16 us.anthropic.claude-opus-4-5-20251101-v1:0: unexplained'],
    ],
  ])('%s', (_, rows, theirs, expected) => {
    expect(differences(rows, reported(...theirs))).toEqual(expected)
  })

  test('the echo of a subagent, which is kept with less output than there was', () => {
    const whole = row('12', { isSidechain: true, output: 500 })
    const early = row('12', { isSidechain: false, output: 10 })
    const echo = {
      type: 'progress',
      timestamp: '2026-11-12T10:00:00Z',
      sessionId: 's',
      data: { message: { ...early } },
    }
    const named = { id: (whole as { message: { id: string } }).message.id }
    const rows = [
      whole,
      { ...echo, data: { message: { ...early, message: { ...(early['message'] as object), ...named } } } },
    ]
    expect(differences(rows, reported(['2026-11-12', OPUS, 3, 10, 300, 2000, 0.00389]))).toEqual([
      `12 ${OPUS}: unfinished-output`,
    ])
  })
})

describe('a difference of tokens', () => {
  const report = (tokens: number) =>
    reported(['2026-11-01', 'claude-opus-5', 3, tokens, 300, 2000, 0.00364 + 0.000025 * tokens])

  test('is that of transcripts that are gone only where one is', () => {
    const [there, gone] = [row('01'), row('01')]
    const { events } = transcript(there, gone)
    expect(differences([there], report(100), events)).toEqual(['01 claude-opus-5: gone-there'])
    expect(differences([there, gone], report(100), events)).toEqual(['01 claude-opus-5: unexplained'])
  })

  test('is Cowork’s, which ccusage does not read', () => {
    const events = transcript(row('01')).events.map((event) => ({ ...event, source: 'claude-cowork' }))
    expect(differences([], reported(), events)).toEqual(['01 claude-opus-5: not-read-there'])
  })

  test('is what this ledger lacks', () => {
    expect(differences([row('01')], report(100), [])).toEqual(['01 claude-opus-5: not-here'])
  })

  test('is a response that was counted again, since its rows name two requests', () => {
    const rows = ['req_a', 'req_b'].map((requestId) => row('01', { id: 'msg_01TWICE00000000000000000', requestId }))
    expect(differences(rows, reported(['2026-11-01', 'claude-opus-5', 6, 200, 600, 4000, 0.01228]))).toEqual([
      '01 claude-opus-5: counted-again',
    ])
  })

  test('does not hide a difference of price beside it', () => {
    const [there, gone] = [row('01'), row('01')]
    const { events } = transcript(there, gone)
    const dearer = reported(['2026-11-01', 'claude-opus-5', 3, 100, 300, 2000, 1])
    expect(differences([there], dearer, events)).toEqual(['01 claude-opus-5: gone-there, unexplained'])
  })
})

test('sums of both sides, and how often each cause is one', () => {
  const { path, events } = transcript(row('01'), row('02', { usage: { server_tool_use: { web_search_requests: 1 } } }))
  const report = reported(
    ['2026-11-01', 'claude-opus-5', 3, 100, 300, 2000, 0.00614],
    ['2026-11-02', 'claude-opus-5', 3, 100, 300, 2000, 0.00614],
  )
  const sides = { events, ruled: ruledByCcusage([path], { tz: 'UTC' }), report }
  expect(summaryOf(compare(sides, { tz: 'UTC', now: NOW }))).toEqual({
    rows: 2,
    equal: 1,
    our_tokens: 4806,
    their_tokens: 4806,
    our_cost_usd: '0.02228',
    their_cost_usd: '0.01228',
    differences: { 'web-search': 1 } satisfies Partial<Record<Difference, number>>,
  })
})
