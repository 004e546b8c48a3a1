import { textWidth } from './width.ts'
import { padStart } from './text.ts'

/** Numbers at the right of a graph: a cell for each of its rows, and their sum. */
export interface Column {
  readonly heading: string
  readonly cells: readonly string[]
  readonly total: string
  /** How wide it is at least, space before it included. A longer number makes it wider: no number is ever cut. */
  readonly width: number
  /** Where space is short, the column with the lowest rank leaves first. One without a rank never leaves. */
  readonly rank?: number
}

/** The columns that fit into so many cells: they leave whole, by rank. */
export function fittingColumns(columns: readonly Column[], room: number): Column[] {
  const kept = [...columns]
  while (columnsWidth(kept) > room) {
    const ranks = kept.flatMap(({ rank }) => (rank === undefined ? [] : [rank]))
    if (ranks.length === 0) break
    const lowest = Math.min(...ranks)
    kept.splice(
      kept.findIndex(({ rank }) => rank === lowest),
      1,
    )
  }
  return kept
}

export function columnsWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), 0)
}

/** One line of cells, each at the right of its column. */
export function columnsLine(columns: readonly Column[], cellOf: (column: Column) => string): string {
  return columns.map((column) => padStart(cellOf(column), columnWidth(column))).join('')
}

function columnWidth({ heading, cells, total, width }: Column): number {
  // A loop, since ten years of days are more than a call may have arguments on a small stack.
  let longest = Math.max(heading.length, textWidth(total))
  for (const cell of cells) longest = Math.max(longest, textWidth(cell))
  return Math.max(width, longest + 2)
}
