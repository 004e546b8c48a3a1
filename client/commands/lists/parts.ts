import { groupNames } from '../../../core/group-names.ts'
import { percent } from '../../../core/format.ts'
import { parseUsd } from '../../../core/money.ts'
import type { UsageSums } from '../../../core/report-specs.ts'
import type { Style } from '../../terminal/style.ts'
import type { TableColumn } from '../../terminal/table.ts'
import { printable } from '../../terminal/text.ts'
import { costSentences, type Priced } from '../report/cost-sentences.ts'
import type { Scope } from '../report/run.ts'
import { rangeText } from '../../../core/dates.ts'
import { sumOf } from '../../../core/usage-sums.ts'
import { countText, type NumberOptions, rowCostText } from '../tokens/numbers.ts'
import { filterText, type RangeQuestion } from '../report/options.ts'

/** The columns and words that the lists share. */

export function nameColumn(heading: string, names: readonly string[], style: Style): TableColumn {
  return { heading, cells: names.map((name) => printable(name, style).trim() || 'unknown'), shortest: 12 }
}

/** The largest model of each, and how many more. */
export function modelsColumn(rows: readonly { readonly models: readonly string[] }[], style: Style): TableColumn {
  const cells = rows.map(({ models }) => {
    const [first = '', ...more] = groupNames(models, 'model').values()
    return more.length === 0 ? first : `${first} +${more.length}`
  })
  return nameColumn('MODELS', cells, style)
}

export function countColumn(
  heading: string,
  counts: readonly number[],
  options: NumberOptions,
  rank?: number,
): TableColumn {
  const cells = counts.map((count) => countText(count, options))
  return { heading, cells, align: 'right', ...(rank === undefined ? {} : { rank }) }
}

export function costColumn(rows: readonly UsageSums[], style: Style): TableColumn {
  return { heading: 'COST', cells: rows.map((row) => rowCostText(row, style)), align: 'right' }
}

/** Only where contract prices are set. */
export function contractColumn(rows: readonly UsageSums[], { contract }: Priced, style: Style): TableColumn[] {
  if (contract === null) return []
  const cells = rows.map((row) =>
    rowCostText({ ...row, cost_usd: row.contract_cost_usd, unpriced_tokens: row.contract_unpriced_tokens }, style),
  )
  return [{ heading: printable(contract, style).slice(0, 20), cells, align: 'right', rank: 8 }]
}

export function shareColumn(rows: readonly UsageSums[], rank: number): TableColumn {
  const whole = rows.reduce((sum, row) => sum + row.total_tokens, 0)
  return { heading: 'SHARE', cells: rows.map((row) => percent(row.total_tokens, whole)), align: 'right', rank }
}

export function cachedColumn(rows: readonly UsageSums[], rank: number): TableColumn {
  const cells = rows.map((row) => {
    const divided = row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_creation_tokens
    return percent(row.cache_read_tokens, divided)
  })
  return { heading: 'CACHED', cells, align: 'right', rank }
}

/** What the costs of a list are and leave out. */
export function costNotes(rows: readonly UsageSums[], answer: Priced, options: NumberOptions, style: Style): string[] {
  return costSentences(sumOf(rows), answer, options, style)
}

/** `16–22 Nov`, or all time. */
export function rangeTitle({ range, today }: RangeQuestion, isAllTime: boolean): string {
  return isAllTime ? 'all time' : rangeText(range, today, '–')
}

export function scopeTitle(scope: Scope): string {
  return scope.kind === 'local' ? 'this machine' : 'all machines'
}

export { filterText }

/** The API's documents name where the answer comes from and when it was asked. */
export function documentOf(answer: object, scope: Scope, now: number): Record<string, unknown> {
  return { as_of: new Date(now).toISOString(), source: scope.kind, ...answer }
}

export function usd(row: UsageSums): bigint {
  return row.cost_usd === null ? 0n : parseUsd(row.cost_usd)
}
