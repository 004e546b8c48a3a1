import { percent } from '../../../core/format.ts'
import { groupNames } from '../../../core/group-names.ts'
import type { UsageSums } from '../../../core/report-specs.ts'
import { sumOf } from '../../../core/usage-sums.ts'
import type { Style } from '../../terminal/style.ts'
import type { TableBars, TableColumn } from '../../terminal/table.ts'
import { printable } from '../../terminal/text.ts'
import type { Priced } from '../report/cost-sentences.ts'
import { cachedShare, countText, type NumberOptions, rowCostText } from '../tokens/numbers.ts'

/** The columns of a list, each by what it shows of a row. A column with a rank leaves where there is no room for it. */
export function columnsOf<Row extends UsageSums>(rows: readonly Row[], options: NumberOptions, style: Style) {
  const text = (heading: string, of: (row: Row) => string, rank?: number): TableColumn => ({
    heading,
    cells: rows.map(of),
    ...(rank === undefined ? {} : { rank }),
  })
  const numbers = (heading: string, of: (row: Row) => string, rank?: number): TableColumn => ({
    ...text(heading, of, rank),
    align: 'right',
  })
  const count = (heading: string, of: (row: Row) => number, rank?: number) =>
    numbers(heading, (row) => countText(of(row), options), rank)
  const name = (heading: string, of: (row: Row) => string, shortest = 12): TableColumn => ({
    ...text(heading, (row) => printable(of(row), style).trim() || 'unknown'),
    shortest,
  })
  const whole = rows.reduce((sum, row) => sum + row.total_tokens, 0)
  return {
    text,
    numbers,
    count,
    name,
    /** The tokens, and what they would cost. */
    usage: (): TableColumn[] => [
      count('TOKENS', (row) => row.total_tokens),
      numbers('COST', (row) => rowCostText(row, style)),
    ],
    /** What they cost at contract prices; only where some are set. */
    contract: ({ contract }: Priced): TableColumn[] =>
      contract === null
        ? []
        : [numbers(printable(contract, style).slice(0, 20), (row) => rowCostText(atContractPrices(row), style), 8)],
    share: (rank: number) => numbers('SHARE', (row) => percent(row.total_tokens, whole), rank),
    cached: (rank: number) => numbers('CACHED', (row) => cachedShare(sumOf([row])), rank),
    bars: (): TableBars => ({ heading: '', amounts: rows.map((row) => row.total_tokens) }),
  }
}

function atContractPrices<Row extends UsageSums>(row: Row): Row {
  return { ...row, cost_usd: row.contract_cost_usd, unpriced_tokens: row.contract_unpriced_tokens }
}

/** The largest model, and how many more. */
export function modelsText({ models }: { readonly models: readonly string[] }): string {
  const [first = '', ...more] = groupNames(models, 'model').values()
  return more.length === 0 ? first : `${first} +${more.length}`
}
