import { describe, expect, test } from 'vitest'
import type { UsageRow } from '../../core/report-specs.ts'
import { type CcusageReport, compare, summaryOf } from './ccusage.ts'

const row = (parts: Partial<UsageRow> = {}): UsageRow => ({
  date: '2026-11-20',
  starts: '2026-11-20T00:00:00.000Z',
  ends: '2026-11-21T00:00:00.000Z',
  group: 'claude-opus-5',
  total_tokens: 100,
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 40,
  cache_creation_tokens: 30,
  cache_write_5m_tokens: 30,
  cache_write_1h_tokens: 0,
  cost_usd: '1.5',
  contract_cost_usd: null,
  contract_saving_usd: null,
  unpriced_tokens: 0,
  contract_unpriced_tokens: 0,
  message_count: 1,
  response_count: 1,
  session_count: 1,
  tool_call_count: 0,
  web_search_count: 0,
  understated_count: 0,
  reported_tokens: 0,
  estimated_tokens: 0,
  ...parts,
})

type Theirs = CcusageReport['daily'][number]['modelBreakdowns'][number]
const theirs = (parts: Partial<Theirs> = {}): CcusageReport => ({
  daily: [
    {
      date: '2026-11-20',
      modelBreakdowns: [
        {
          modelName: 'claude-opus-5',
          inputTokens: 10,
          outputTokens: 20,
          cacheCreationTokens: 30,
          cacheReadTokens: 40,
          cost: 1.4999999999999998,
          ...parts,
        },
      ],
    },
  ],
})

const classes = (our: UsageRow, their: CcusageReport) => compare([our], their).map(({ differences }) => differences)

describe('beside ccusage', () => {
  test('what agrees to the token and but for binary fractions has no difference', () => {
    expect(classes(row(), theirs())).toEqual([[]])
  })

  test.each([
    ['searches', row({ cost_usd: '1.52', web_search_count: 2 }), theirs(), ['web-search']],
    [
      'more output here',
      row({ output_tokens: 25, total_tokens: 105, cost_usd: '1.6' }),
      theirs(),
      ['unfinished-output'],
    ],
    ['more of all here', row({ input_tokens: 11 }), theirs(), ['gone-there']],
    ['more there', row(), theirs({ cacheReadTokens: 41 }), ['more-there']],
    ['another price', row({ cost_usd: '1.4' }), theirs(), ['cost-rule']],
    ['no price here', row({ cost_usd: null }), theirs(), ['no-price']],
    ['no price on either side', row({ cost_usd: null }), theirs({ cost: 0 }), []],
  ])('%s', (_, our, their, expected) => {
    expect(classes(our, their)).toEqual([expected])
  })

  test('days and models that only one side has', () => {
    const compared = compare([row({ date: '2026-11-19' }), row({ group: 'empty', total_tokens: 0 })], theirs())
    expect(compared.map(({ date, differences }) => [date, differences])).toEqual([
      ['2026-11-19', ['gone-there']],
      ['2026-11-20', ['more-there']],
    ])
    expect(summaryOf(compared)).toEqual({
      rows: 2,
      equal: 0,
      our_tokens: 100,
      their_tokens: 100,
      our_cost_usd: '1.5',
      their_cost_usd: '1.5',
      differences: { 'gone-there': 1, 'more-there': 1 },
    })
  })
})
