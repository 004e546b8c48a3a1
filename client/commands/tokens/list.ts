import { textWidth } from '../../terminal/width.ts'
import { percent } from '../../../core/format.ts'
import { type Column, columnsLine, columnsWidth } from '../../terminal/columns.ts'
import type { GraphRow } from '../../terminal/graph.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { padEnd, shorten } from '../../terminal/text.ts'

/** What a narrow terminal shows: numbers without bars, and the share of each series below the total. */
export interface List {
  readonly rows: readonly Omit<GraphRow, 'parts'>[]
  /** Tokens and cost. */
  readonly columns: readonly [Column, Column]
  readonly legend: readonly { readonly name: string; readonly total: number }[]
  readonly total: number
  /** How an amount of the legend is shown; undefined where its share has to do. */
  readonly amount: ((amount: number) => string) | undefined
}

export function listLines({ rows, columns: both, legend, total, amount }: List, style: Style): string[] {
  const longestLabel = rows.reduce((longest, { label }) => Math.max(longest, label.length), 'Total'.length)
  // The cost leaves before a number would be cut.
  const columns = longestLabel + columnsWidth(both) <= style.width ? both : both.slice(0, 1)
  const room = style.width - columnsWidth(columns)
  const names = legend.map(({ name }) => Math.min(textWidth(name), room))
  const start = Math.max(longestLabel, ...names)
  const line = (label: string, cellOf: (column: Column) => string) =>
    padEnd(label, start) + columnsLine(columns, cellOf)
  const shares = legend.map(({ name, total: part }) => {
    const cells = amount === undefined ? [percent(part, total)] : [amount(part), percent(part, total)]
    return line(shorten(name, start, style), (column) => cells[columns.indexOf(column)] ?? '').trimEnd()
  })
  return [
    line('', ({ heading }) => heading),
    ...rows.map(({ label, isNow }, i) =>
      line(isNow ? paint(label, 'bold', style) : label, ({ cells }) => cells[i] ?? ''),
    ),
    ' '.repeat(start) + paint(style.signs.rule.repeat(columnsWidth(columns)), 'dim', style),
    line('Total', ({ total: sum }) => sum),
    ...(shares.length > 1 ? ['', ...shares] : []),
  ]
}
