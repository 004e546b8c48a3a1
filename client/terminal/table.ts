import { textWidth } from './width.ts'
import { bar } from './bars.ts'
import { paint, type Style } from './style.ts'
import { padEnd, padStart, shorten } from './text.ts'

/** A column of a table. */
export interface TableColumn {
  readonly heading: string
  /** Ready to be shown: names cleaned, numbers formatted. Numbers stand at the right. */
  readonly cells: readonly string[]
  readonly align?: 'right'
  /** A name, which may be shortened in its middle down to so many cells. */
  readonly shortest?: number
  /** Where space is short, the column with the lowest rank leaves first. One without a rank never leaves. */
  readonly rank?: number
}

/** A bar for each row, as long as its amount, in whatever room is left. */
export interface TableBars {
  readonly heading: string
  readonly amounts: readonly number[]
}

const GAP = 2
const SHORTEST_BAR = 8
const LONGEST_BAR = 40

/** A heading and a line for each row. Nothing is wider than the terminal unless a number alone is; no number is cut. */
export function tableLines(columns: readonly TableColumn[], style: Style, bars?: TableBars): string[] {
  const shown = fitting(columns, style.width)
  const widths = shown.map(({ column, width }) => ({ ...column, width }))
  const used = widths.reduce((sum, { width }) => sum + width + GAP, -GAP)
  const room = Math.min(LONGEST_BAR, style.width - used - GAP)
  const drawn = bars !== undefined && room >= SHORTEST_BAR ? barCells(bars, room, style) : undefined
  const rows = columns[0]?.cells.length ?? 0
  const line = (cellOf: (column: TableColumn) => string, barCell: string | undefined) => {
    const cells = widths.map((column) => fit(cellOf(column), column, style))
    if (barCell !== undefined) cells.push(barCell)
    return cells.join(' '.repeat(GAP)).trimEnd()
  }
  return [
    paint(
      line(({ heading }) => heading, drawn && bars?.heading),
      'dim',
      style,
    ),
    ...Array.from({ length: rows }, (_, i) => line(({ cells }) => cells[i] ?? '', drawn?.[i])),
  ]
}

function barCells({ amounts }: TableBars, width: number, style: Style): string[] {
  const largest = amounts.reduce((most, amount) => Math.max(most, amount), 0)
  return amounts.map((amount) => bar([{ fill: 'first', amount }], { largest, width }, style))
}

function fit(cell: string, { align, width }: TableColumn & { width: number }, style: Style): string {
  const short = textWidth(cell) > width ? shorten(cell, width, style) : cell
  return align === 'right' ? padStart(short, width) : padEnd(short, width)
}

/** The columns that fit: names get shorter first, then whole columns leave by rank. */
function fitting(columns: readonly TableColumn[], room: number): { column: TableColumn; width: number }[] {
  const kept = columns.map((column) => ({ column, width: widthOf(column) }))
  const total = () => kept.reduce((sum, { width }) => sum + width + GAP, -GAP)
  for (;;) {
    for (const entry of kept) {
      const over = total() - room
      if (over > 0 && entry.column.shortest !== undefined) {
        entry.width = Math.max(Math.min(entry.width, entry.column.shortest), entry.width - over)
      }
    }
    if (total() <= room) return kept
    const lowest = Math.min(...kept.map(({ column }) => column.rank ?? Number.POSITIVE_INFINITY))
    if (lowest === Number.POSITIVE_INFINITY) return kept
    kept.splice(
      kept.findIndex(({ column }) => column.rank === lowest),
      1,
    )
    // With a column gone, names may be whole again.
    for (const entry of kept) entry.width = widthOf(entry.column)
  }
}

function widthOf({ heading, cells }: TableColumn): number {
  let widest = textWidth(heading)
  for (const cell of cells) widest = Math.max(widest, textWidth(cell))
  return widest
}
