import { expect, test } from 'vitest'
import { modelRows, usageRows } from './report-rows.ts'
import type { AnswerOf, ModelRow, UsageRow } from './report-specs.ts'
import { csv, tsv } from './table-text.ts'
import { noSums } from './usage-sums.ts'

const { cost: _, contract_cost: __, contract_saving: ___, ...NOTHING } = noSums()

function model(name: string, total_tokens: number): ModelRow {
  const money = { cost_usd: '1.5', contract_cost_usd: null, contract_saving_usd: null }
  return { model: name, canonical_model: name, ...NOTHING, ...money, total_tokens }
}

/** Cells of some columns, as a spreadsheet has them. */
function cells(text: string, wanted: readonly string[]): string[][] {
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))
  return rows.map((row) => wanted.map((name) => row[head.indexOf(name)] ?? 'no such column'))
}

test('a compared list has the usage of both periods beside each other, and what was used in one of them alone', () => {
  const previous = { models: [model('opus', 7), model('glm', 5)] } as AnswerOf<'models'>['previous']
  const text = csv(modelRows({ models: [model('sonnet', 20), model('opus', 10)], previous }))
  const columns = ['model', 'total_tokens', 'cost_usd', 'previous_total_tokens', 'previous_cost_usd']
  expect(cells(text, columns)).toEqual([
    ['sonnet', '20', '1.5', '', ''],
    ['opus', '10', '1.5', '7', '1.5'],
    ['glm', '', '', '5', '1.5'],
  ])
})

test('a list that is compared with nothing has no columns for it', () => {
  expect(modelRows({ models: [model('opus', 10)] }).columns).not.toContain('previous_total_tokens')
})

function answer(given: Partial<AnswerOf<'usage'>>): AnswerOf<'usage'> {
  const pricing = { price_book: '', contract: null, unpriced_models: [], contract_unpriced_models: [] }
  const range = { from: '2026-11-21', to: '2026-11-22', tz: 'UTC' }
  return { ...range, by: 'model', every: 'day', ...pricing, gaps: [], rows: [], ...given }
}

function used(date: string, group: string, total_tokens: number): UsageRow {
  const { model: _, canonical_model: __, ...usage } = model(group, total_tokens)
  const starts = `${date}T00:00:00.000Z`
  return { date, starts, ends: starts, group, ...usage }
}

const gap = (from: string) => ({ machine: 'm', hostname: 'm', from, to: from, state: 'missing' as const })

test('a compared series has the period before beside each, group by group', () => {
  const previous = answer({
    from: '2026-11-14',
    to: '2026-11-15',
    rows: [used('2026-11-14', 'opus', 7), used('2026-11-14', 'glm', 5)],
    gaps: [gap('2026-11-15')],
  })
  const text = csv(
    usageRows(answer({ rows: [used('2026-11-21', 'sonnet', 20), used('2026-11-21', 'opus', 10)], previous })),
  )
  const columns = ['date', 'group', 'total_tokens', 'previous_date', 'previous_total_tokens', 'previous_coverage']
  expect(cells(text, columns)).toEqual([
    ['2026-11-21', 'sonnet', '20', '2026-11-14', '', ''],
    ['2026-11-21', 'opus', '10', '2026-11-14', '7', ''],
    ['2026-11-21', 'glm', '', '2026-11-14', '5', ''],
    ['2026-11-22', '', '', '2026-11-15', '', 'missing'],
  ])
})

test('a compared series loses nothing of either period, also where one has more months', () => {
  const previous = answer({
    every: 'month',
    from: '2026-03-27',
    to: '2026-04-30',
    rows: [used('2026-03-27', 'opus', 3), used('2026-04-01', 'opus', 4)],
  })
  const month = { every: 'month', from: '2026-05-01', to: '2026-05-31', rows: [used('2026-05-01', 'opus', 5)] } as const
  const text = csv(usageRows(answer({ ...month, rows: [...month.rows], previous })))
  expect(cells(text, ['date', 'group', 'total_tokens', 'previous_date', 'previous_total_tokens'])).toEqual([
    ['2026-05-01', 'opus', '5', '2026-04-01', '4'],
    ['', 'opus', '', '2026-03-27', '3'],
  ])
})

test('a series that is compared with nothing has no columns for it', () => {
  const [head, ...rows] = tsv(usageRows(answer({ rows: [used('2026-11-22', 'opus', 10)] }))).split('\n')
  expect(head).not.toContain('previous_')
  expect(rows[0]).toBe('2026-11-21')
})
