import { describe, expect, test } from 'vitest'
import type { AnswerOf } from '../../../core/report-specs.ts'
import { csv as csvOf, json as jsonOf, markdown, tsv as tsvOf } from '../../../core/table-text.ts'
import { usageRows } from '../../../core/report-rows.ts'
import { type JsonParts, usageDocument } from './tables.ts'
import { MACHINES, NOW, reportsOf, row, WEEK } from './testing.ts'

function answer(...rows: AnswerOf<'usage'>['rows']): AnswerOf<'usage'> {
  const pricing = {
    price_book: '2026-11-22',
    contract: null,
    unpriced_models: [],
    contract_unpriced_models: [],
    gaps: [],
  }
  return { from: '2026-11-21', to: '2026-11-22', tz: 'Europe/Berlin', by: 'project', every: 'day', ...pricing, rows }
}

const csv = (usage: AnswerOf<'usage'>) => csvOf(usageRows(usage))
const tsv = (usage: AnswerOf<'usage'>) => tsvOf(usageRows(usage))
const json = (parts: JsonParts, indent: number) => jsonOf(usageDocument(parts), indent)

describe('TSV', () => {
  test('has a header, ISO dates, whole numbers, and only the date of a day without use', () => {
    expect(tsv(answer(row('2026-11-22', 'forge', 1_000_000)))).toMatchInlineSnapshot(`
      "date	group	total_tokens	input_tokens	output_tokens	cache_read_tokens	cache_creation_tokens	cache_write_5m_tokens	cache_write_1h_tokens	response_count	session_count	reported_tokens	estimated_tokens	cost_usd	contract_cost_usd	unpriced_tokens	message_count	tool_call_count	web_search_count	understated_count	contract_unpriced_tokens	contract_saving_usd	coverage
      2026-11-21
      2026-11-22	forge	1000000	93750	31250	875000	0	0	0	1	1	0	0	1.5		0	1	0	0	0	0		
      "
    `)
  })

  test('has as many cells in a row as in its header, whatever a name holds', () => {
    const [header = '', , used = ''] = tsv(answer(row('2026-11-22', 'a\tb\nc\rd', 1))).split('\n')
    expect(used.split('\t').length).toBe(header.split('\t').length)
    expect(used.split('\t')[1]).toBe('abcd')
  })
})

describe('CSV', () => {
  test('ends its lines in CR LF, and a day without use has all its cells', () => {
    expect(JSON.stringify(csv(answer(row('2026-11-22', 'forge', 1_000_000))).split('\r\n'), null, 1))
      .toMatchInlineSnapshot(`
        "[
         "date,group,total_tokens,input_tokens,output_tokens,cache_read_tokens,cache_creation_tokens,cache_write_5m_tokens,cache_write_1h_tokens,response_count,session_count,reported_tokens,estimated_tokens,cost_usd,contract_cost_usd,unpriced_tokens,message_count,tool_call_count,web_search_count,understated_count,contract_unpriced_tokens,contract_saving_usd,coverage",
         "2026-11-21,,,,,,,,,,,,,,,,,,,,,,",
         "2026-11-22,forge,1000000,93750,31250,875000,0,0,0,1,1,0,0,1.5,,0,1,0,0,0,0,,",
         ""
        ]"
      `)
  })

  test('quotes a name with a comma or a quote', () => {
    const [, , used = ''] = csv(answer(row('2026-11-22', 'a,"b"', 1))).split('\r\n')
    expect(used).toMatch(/^2026-11-22,"a,""b""",1,/)
  })

  test('makes text of what a spreadsheet would run', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
      const [, , used = ''] = csv(answer(row('2026-11-22', name, 1))).split('\r\n')
      expect(used, JSON.stringify(name)).toMatch(/^2026-11-22,'[=+\-@]/)
    }
    const [, , quoted = ''] = csv(answer(row('2026-11-22', '=HYPERLINK("x","y")', 1))).split('\r\n')
    expect(quoted).toMatch(/^2026-11-22,"'=HYPERLINK\(""x"",""y""\)",/)
  })
})

test('Markdown is a table of GitHub’s, with its numbers at the right and its bars escaped', () => {
  const lines = markdown(usageRows(answer(row('2026-11-22', 'a|b', 5)))).split('\n')
  expect(lines[0]).toMatch(/^\| date \| group \| total_tokens \|/)
  expect(lines[1]).toMatch(/^\| --- \| --- \| ---: \|/)
  expect(lines[3]).toMatch(/^\| 2026-11-22 \| a\\\|b \| 5 \|/)
})

describe('JSON', () => {
  const range = { from: '2026-11-16', to: '2026-11-22', tz: 'Europe/Berlin' }
  const made = async () => {
    const reports = reportsOf({ rows: WEEK, sessions: { '2026-11-22': 3 } })
    const parts = { usage: await reports.usage(range), totals: await reports.totals(range), machines: MACHINES }
    return json({ ...parts, source: 'server', now: NOW }, 0)
  }

  test('is one object with the rows as they are', async () => {
    const { rows, machines, ...rest } = JSON.parse(await made()) as Record<string, unknown[]>
    expect(rest).toMatchInlineSnapshot(`
      {
        "as_of": "2026-11-22T19:36:08.000Z",
        "by": "model",
        "contract": null,
        "contract_unpriced_models": [],
        "every": "day",
        "from": "2026-11-16",
        "gaps": [],
        "price_book": "2026-11-22",
        "schema_version": 1,
        "source": "server",
        "to": "2026-11-22",
        "totals": {
          "cache_creation_tokens": 0,
          "cache_read_tokens": 12329803,
          "cache_write_1h_tokens": 0,
          "cache_write_5m_tokens": 0,
          "contract": null,
          "contract_cost_usd": null,
          "contract_saving_usd": null,
          "contract_unpriced_models": [],
          "contract_unpriced_tokens": 0,
          "cost_usd": "21.136806",
          "estimated_tokens": 0,
          "first_activity": "2026-11-16",
          "input_tokens": 1321057,
          "last_activity": "2026-11-22",
          "machine_count": 3,
          "message_count": 17,
          "output_tokens": 440344,
          "price_book": "2026-11-22",
          "reported_tokens": 0,
          "response_count": 17,
          "session_count": 3,
          "tool_call_count": 0,
          "total_messages": 17,
          "total_sessions": 3,
          "total_tokens": 14091204,
          "total_tool_calls": 0,
          "understated_count": 0,
          "unpriced_models": [],
          "unpriced_tokens": 0,
          "web_search_count": 0,
        },
        "tz": "Europe/Berlin",
        "unpriced_models": [],
      }
    `)
    expect(rows?.length).toBe(17)
    expect(rows?.[0]).toEqual(row('2026-11-16', 'claude-opus-4-5-20251101', 2_040_000))
    expect(machines).toEqual(MACHINES)
  })

  test('has snake_case names and whole numbers alone', async () => {
    JSON.parse(await made(), (key, value: unknown) => {
      expect(key).toMatch(/^[a-z0-9_]*$/)
      if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true)
      return value
    })
  })
})
