import { compactCount } from '../../core/format.ts'
import type { Day } from '../../core/day.ts'
import { monthName } from '../../core/dates.ts'
import { levelOf, levelsFor } from '../../core/heat-levels.ts'
import { paint, type Style } from './style.ts'
import { flow } from './text.ts'

/** A day of a heatmap. */
export interface Square {
  readonly date: Day
  readonly amount: number
  /** Nothing is known of it: not the same as nothing used. */
  readonly isMissing: boolean
}

const LABEL = 6
const CELL = 2
const WEEKDAYS = ['Mon', '', 'Wed', '', 'Fri', '', '']
const SHADES = ['·', '░', '▒', '▓', '█']
const ASCII_SHADES = ['.', '-', '=', '*', '#']
/** So many weeks fit. */
export function weeksThatFit({ width }: Style): number {
  return Math.max(1, Math.floor((width - LABEL) / CELL))
}

/** A column for each week, a row for each weekday, and below them what the shades mean. Squares start on a Monday. */
export function heatmapLines(squares: readonly Square[], unit: string, style: Style): string[] {
  const levels = levelsFor(squares.reduce((largest, { amount }) => Math.max(largest, amount), 0))
  const weeks = Math.ceil(squares.length / 7)
  const rows = WEEKDAYS.map((name, weekday) => {
    const cells = Array.from({ length: weeks }, (_, week) => squares[7 * week + weekday])
    return ` ${name.padEnd(LABEL - 1)}${cells.map((square) => cell(square, levels, style)).join(' ')}`.trimEnd()
  })
  return [monthLine(squares, weeks), ...rows, '', ...indented(legend(squares, levels, unit, style), '      ', style)]
}

function cell(square: Square | undefined, levels: readonly number[], style: Style): string {
  if (square === undefined) return ' '
  if (square.amount === 0 && square.isMissing) return paint(style.signs.unknown, 'warn', style)
  return shade(levelOf(square.amount, levels), style)
}

function shade(level: number, style: Style): string {
  const sign = (style.ascii ? ASCII_SHADES : SHADES)[level] as string
  return level === 0 ? paint(sign, 'dim', style) : paint(sign, 'first', style)
}

/** The name of a month above the first week that begins in it, where there is room for it. */
function monthLine(squares: readonly Square[], weeks: number): string {
  let line = ' '.repeat(LABEL)
  let last = ''
  for (let week = 0; week < weeks; week++) {
    const date = squares[7 * week]?.date ?? ''
    const month = date.slice(0, 7)
    const column = LABEL + CELL * week
    if (month !== last && line.length <= column) {
      // A month of which only the end is seen leaves its place to the next one.
      if (week > 0 || date.slice(8) <= '21') line = line.padEnd(column) + `${monthName(date).slice(0, 3)} `
    }
    last = month
  }
  return line.trimEnd()
}

function legend(squares: readonly Square[], levels: readonly number[], unit: string, style: Style): string[] {
  const shades = [0, 1, 2, 3, 4].map((level) => shade(level, style)).join(' ')
  const round = (level: number) => compactCount(level).replace(/\.0+(?=[A-Z])/, '')
  const steps = [...levels.map((level) => `<${round(level)}`), `${round(levels.at(-1) as number)}+`]
  const isUnknown = squares.some((square) => square.isMissing && square.amount === 0)
  return [
    `Less ${shades} More`,
    `levels: 0, ${steps.join(', ')} ${unit}`,
    ...(isUnknown ? [`${style.signs.unknown} not known`] : []),
  ]
}

/** Pieces below the squares, each in a line with the next one where there is room. */
export function indented(pieces: readonly string[], gap: string, style: Style): string[] {
  const room = style.width - LABEL
  return flow(pieces, Math.max(room, 1), gap).map((line) => ' '.repeat(LABEL) + line)
}
