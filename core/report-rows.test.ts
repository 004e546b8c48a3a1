import { expect, test } from 'vitest'
import { modelRows } from './report-rows.ts'
import type { AnswerOf, ModelRow } from './report-specs.ts'
import { csv } from './table-text.ts'
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
