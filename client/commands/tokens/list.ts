import stringWidth from 'string-width'
import { percent } from '../../../core/format.ts'
import { type Column, columnsLine, columnsWidth } from '../../terminal/columns.ts'
import type { GraphRow } from '../../terminal/graph.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { padEnd, padStart, shorten } from '../../terminal/text.ts'
import { countText, type NumberOptions } from './numbers.ts'

/** What a narrow terminal shows: numbers without bars, and the share of each series below the total. */
export interface List {
  readonly rows: readonly Omit<GraphRow, 'parts'>[]
  readonly column: Column
  readonly legend: readonly { readonly name: string; readonly total: number }[]
  readonly total: number
}

const PERCENT_WIDTH = 6

export function listLines(list: List, options: NumberOptions, style: Style): string[] {
  const { rows, column, legend, total } = list
  const columns = [column]
  const longestLabel = rows.reduce((longest, { label }) => Math.max(longest, label.length), 'Total'.length)
  const room = style.width - columnsWidth(columns)
  const names = legend.map(({ name }) => Math.min(stringWidth(name), room - PERCENT_WIDTH))
  const start = Math.max(longestLabel, ...names)
  const line = (label: string, cell: string) => padEnd(label, start) + columnsLine(columns, () => cell)
  const shares = legend.map(({ name, total: part }) => {
    const share = start + PERCENT_WIDTH <= room ? padStart(percent(part, total), PERCENT_WIDTH) : ''
    return line(shorten(name, start, style), countText(part, options)) + share
  })
  return [
    line('', column.heading),
    ...rows.map(({ label, isNow }, i) => line(isNow ? paint(label, 'bold', style) : label, column.cells[i] ?? '')),
    ' '.repeat(start) + paint(style.signs.rule.repeat(columnsWidth(columns)), 'dim', style),
    line('Total', column.total),
    ...(shares.length > 1 ? ['', ...shares] : []),
  ]
}
