import { isEstimate } from '../../../core/drawn-usage.ts'
import type { Metric } from '../../../core/metric.ts'
import { countOf, type Sums, sumOf } from '../../../core/usage-sums.ts'
import type { Column } from '../../terminal/columns.ts'
import type { Style } from '../../terminal/style.ts'
import { cachedShare, costText, countText, estimateText, type NumberOptions } from './numbers.ts'
import type { Screen } from './screen.ts'

const HEADINGS: Readonly<Record<Metric, string>> = {
  tokens: 'tokens',
  cost: 'cost',
  output: 'output',
  input: 'input',
  cache: 'cache',
  sessions: 'sessions',
  messages: 'messages',
}

/** From here on there is room for more than what was asked for, tokens and cost. */
const WIDE = 110

/** The numbers beside the bars. Tokens, and where those are drawn the cost, have no rank: they leave last. */
export function columnsOf(screen: Screen, options: NumberOptions, style: Style): Column[] {
  const { usage, sessions, question, totals } = screen
  const { metric } = question
  const all = sumOf([totals])
  const column = (heading: string, width: number, cellOf: (sums: Sums) => string): Column => ({
    heading,
    width,
    cells: usage.days.map(({ sums }) => cellOf(sums)),
    total: cellOf(all),
  })
  const counted = (of: Exclude<Metric, 'cost'>): Column => {
    const made = column(HEADINGS[of], 9, (sums) => countText(countOf(sums, of), options))
    // An estimate is one of tokens alone.
    const cells = usage.days.map((day, i) => (isEstimate(day) ? style.signs.unknown : (made.cells[i] ?? '')))
    return { ...made, cells }
  }
  const tokens = column('tokens', 8, ({ total_tokens }) => countText(total_tokens, options))
  const cells = usage.days.map((day, i) =>
    isEstimate(day) ? estimateText(day.sums.estimated_tokens, options, style) : (tokens.cells[i] ?? ''),
  )
  const cost = column('cost', 9, (sums) => costText(sums, style))
  const isWide = style.width >= WIDE
  const more = (wanted: boolean, rank: number, made: () => Column) => (isWide && wanted ? [{ ...made(), rank }] : [])
  return [
    { ...tokens, cells },
    ...(metric === 'tokens' || metric === 'cost' ? [] : [{ ...counted(metric), rank: 5 }]),
    ...more(metric !== 'output', 3, () => counted('output')),
    ...more(true, 2, () => column('cached', 8, cachedShare)),
    metric === 'tokens' || metric === 'cost' ? cost : { ...cost, rank: 4 },
    ...more(metric !== 'sessions', 1, () => ({
      heading: 'sess',
      width: 6,
      cells: sessions.map((count) => countText(count, options)),
      total: countText(totals.session_count, options),
    })),
  ]
}

/** The two that a narrow terminal has room for: tokens, and what the bars would show, or the cost. */
export function narrowColumns(columns: readonly Column[], metric: Metric): readonly [Column, Column] {
  const heading = metric === 'tokens' ? HEADINGS.cost : HEADINGS[metric]
  const find = (name: string) => columns.find((column) => column.heading === name) as Column
  return [find('tokens'), find(heading)]
}

/** Numbers of the period before stand in the rows of its bars. */
export function withPrevious(columns: readonly Column[], { previous }: Screen): Column[] {
  if (previous === undefined) return [...columns]
  return columns.map((column) => ({ ...column, cells: column.cells.flatMap((cell) => [cell, '']) }))
}
