import { textWidth } from './width.ts'
import { bar, type BarPart, type BarScale, type Fill, swatch } from './bars.ts'
import { type Column, columnsLine, columnsWidth, fittingColumns } from './columns.ts'
import { paint, type Style } from './style.ts'
import { padEnd, shorten } from './text.ts'

/** Rows with a stacked bar each, numbers at their right, and a last line with the total and the legend. */
export interface Graph {
  readonly rows: readonly GraphRow[]
  readonly legend: readonly LegendEntry[]
  /** A cell for each row. */
  readonly columns: readonly Column[]
}

export interface GraphRow {
  readonly label: string
  readonly isNow: boolean
  readonly parts: readonly BarPart[]
  /** What there was is not known, at least in part: not the same as nothing. */
  readonly isUnknown?: true
}

export interface LegendEntry {
  readonly fill: Fill
  readonly name: string
}

const TOTAL = 'Total'
/** Between the longest bar and the columns. */
const GAP = 2
/** Below this a bar says too little: columns leave before it gets shorter. */
const SHORTEST_BAR = 24
/** A bar and its gap are never narrower. */
const NARROWEST_BAR = 6
/** Below this a name says too little: the legend takes another line. */
const SHORTEST_NAME = 12

export function graphLines(graph: Graph, style: Style): string[] {
  const labels = graph.rows.map(({ label }) => textWidth(label))
  const start = labels.reduce((longest, width) => Math.max(longest, width), TOTAL.length) + 1
  const columns = fittingColumns(graph.columns, style.width - start - SHORTEST_BAR - GAP)
  // The last of them leave before a line would be longer than the terminal.
  while (columns.length > 1 && start + NARROWEST_BAR + columnsWidth(columns) > style.width) columns.pop()
  const middle = style.width - start - columnsWidth(columns)
  const scale = { width: Math.max(1, middle - GAP), largest: largestRow(graph.rows) }
  const rows = graph.rows.map(({ label, isNow, parts, isUnknown }, i) => {
    const name = padEnd(isNow ? paint(label, 'bold', style) : label, start)
    return (
      name +
      padEnd(isUnknown ? unknownBar(parts, scale, style) : bar(parts, scale, style), middle) +
      columnsLine(columns, ({ cells }) => cells[i] ?? '')
    )
  })
  const rule = style.signs.rule.repeat(columnsWidth(columns))
  const [legend = '', ...more] = legendLines(graph.legend, middle - GAP, style)
  return [
    ' '.repeat(start + middle) + columnsLine(columns, ({ heading }) => heading),
    ...rows,
    ' '.repeat(start + middle) + paint(rule, 'dim', style),
    padEnd(TOTAL, start) + padEnd(legend, middle) + columnsLine(columns, ({ total }) => total),
    ...more.map((line) => ' '.repeat(start) + line),
  ].map((line) => line.trimEnd())
}

/** A bar of which more is missing, or that is missing as a whole, ends in a sign. */
function unknownBar(parts: readonly BarPart[], { largest, width }: BarScale, style: Style): string {
  const sign = paint(style.signs.unknown, 'warn', style)
  return sumOf(parts) === 0 ? sign : `${bar(parts, { largest, width: Math.max(1, width - 2) }, style)} ${sign}`
}

function largestRow(rows: readonly GraphRow[]): number {
  return rows.reduce((largest, { parts }) => Math.max(largest, sumOf(parts)), 0)
}

function sumOf(parts: readonly BarPart[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0)
}

/** All names on one line where they fit, shortened as far as they can still be told apart; else on more lines. */
function legendLines(legend: readonly LegendEntry[], width: number, style: Style): string[] {
  const signs = 2 * legend.length + 3 * Math.max(0, legend.length - 1)
  const room = nameRoom(legend, width - signs)
  const oneLine = room >= SHORTEST_NAME
  const entries = legend.map(({ fill, name }) => {
    return `${swatch(fill, style)} ${shorten(name, oneLine ? room : Math.max(1, width - 2), style)}`
  })
  if (oneLine) return [entries.join('   ')]
  const lines: string[] = []
  for (const entry of entries) {
    const joined = `${lines.at(-1)}   ${entry}`
    if (lines.length > 0 && textWidth(joined) <= width) lines[lines.length - 1] = joined
    else lines.push(entry)
  }
  return lines
}

/** The longest that a name may be so that all fit into so many cells: short ones leave their room to long ones. */
function nameRoom(legend: readonly LegendEntry[], cells: number): number {
  let left = cells
  const widths = legend.map(({ name }) => textWidth(name)).toSorted((a, b) => a - b)
  for (const [i, width] of widths.entries()) {
    const share = Math.floor(left / (widths.length - i))
    if (width > share) return share
    left -= width
  }
  return Number.MAX_SAFE_INTEGER
}
