import { levelOf, levelsFor } from '../../core/heat-levels.ts'
import { HOURS } from '../../core/punchcard.ts'
import { type Column, columnsLine, columnsWidth, fittingColumns } from './columns.ts'
import { type Amounts, indented, LABEL, levelLegend, shade } from './heatmap.ts'
import { spark } from './spark.ts'
import { paint, type Style } from './style.ts'
import { padEnd } from './text.ts'

/** A row for each weekday, a square for each hour. */
export interface Punchcard {
  readonly rows: readonly PunchcardRow[]
  /** A cell for each row, where there is room. Their totals stand in the last line. */
  readonly columns: readonly Column[]
  /** Can the hours of all weekdays be added up? Then the last line draws them. */
  readonly isAddedUp: boolean
}

export interface PunchcardRow {
  readonly label: string
  /** By hour, undefined where it is not known; all of it undefined for a weekday that the range does not have. */
  readonly amounts: readonly (number | undefined)[] | undefined
}

/** How wide an hour is, the space behind it included, and where there is much room. */
const HOUR = 2
const WIDE_HOUR = 3
/** Every third hour has its name above it. */
const NAMED = 3
/** So many hours stand beside each other: as many of these as fit. The others follow below. */
const BANDS = [HOURS, 12, 6]

/** The squares of each weekday, numbers at their right, and below them what the shades mean. */
export function punchcardLines(card: Punchcard, said: Amounts, style: Style): string[] {
  const all = card.rows.flatMap(({ amounts = [] }) => amounts)
  const largest = Math.max(0, ...all.filter((amount) => amount !== undefined))
  const levels = levelsFor(largest)
  const length = BANDS.find((hours) => LABEL + HOUR * hours <= style.width) ?? (BANDS.at(-1) as number)
  const bands = Array.from({ length: HOURS / length }, (_, i) => {
    const hours = { from: i * length, to: (i + 1) * length }
    return [...bandLines(length < HOURS ? { ...card, columns: [] } : card, hours, levels, style), '']
  })
  const legend = levelLegend(levels, said, style)
  if (all.includes(undefined)) legend.push(`${style.signs.unknown} not known`)
  return [...bands.flat(), ...indented(legend, '      ', style)]
}

interface Hours {
  readonly from: number
  readonly to: number
}

function bandLines({ rows, columns, isAddedUp }: Punchcard, hours: Hours, levels: readonly number[], style: Style) {
  const count = hours.to - hours.from
  const shown = fittingColumns(columns, style.width - LABEL - HOUR * count)
  const isWide = LABEL + WIDE_HOUR * count + columnsWidth(shown) <= style.width
  const width = isWide ? WIDE_HOUR : HOUR
  const line = (label: string, squares: string, cellOf: (column: Column) => string) =>
    (padEnd(` ${label.padEnd(LABEL - 1)}${squares}`, LABEL + width * count) + columnsLine(shown, cellOf)).trimEnd()
  const weekdays = rows.map(({ label, amounts }, i) => {
    const squares = amounts?.slice(hours.from, hours.to).map((amount) => square(amount, levels, width - 1, style))
    return line(label, squares?.join(' ') ?? '', ({ cells }) => cells[i] ?? '')
  })
  const sums = Array.from(spark(sumsByHour(rows), style)).slice(hours.from, hours.to)
  const hasTotal = isAddedUp || shown.length > 0
  const total = isAddedUp ? sums.map((sign) => sign.repeat(width - 1)).join(' ') : ''
  return [
    line('', hourNames(hours, width), ({ heading }) => heading),
    ...weekdays,
    ...(hasTotal ? [line('All', total, (column) => column.total)] : []),
  ]
}

function square(amount: number | undefined, levels: readonly number[], cells: number, style: Style): string {
  if (amount === undefined) return paint(style.signs.unknown.repeat(cells), 'dim', style)
  return shade(levelOf(amount, levels), style, cells)
}

function hourNames({ from, to }: Hours, width: number): string {
  const hours = Array.from({ length: (to - from) / NAMED }, (_, i) => String(from + i * NAMED).padStart(2, '0'))
  return hours.map((hour) => hour.padEnd(NAMED * width)).join('')
}

function sumsByHour(rows: readonly PunchcardRow[]): number[] {
  return Array.from({ length: HOURS }, (_, hour) => rows.reduce((sum, { amounts }) => sum + (amounts?.[hour] ?? 0), 0))
}
