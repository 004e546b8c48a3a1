import type { Day } from '../../core/day.ts'
import { dayNumber } from '../../core/day.ts'
import { mondayOf } from '../../core/calendar.ts'
import { monthName } from '../../core/dates.ts'
import { levelOf, levelsFor } from '../../core/heat-levels.ts'
import { paint, type Style } from './style.ts'
import { flow } from './text.ts'

/** A day of a heatmap. */
export interface Square {
  readonly date: Day
  readonly amount: number
  /** `missing`: nothing is known of it, which is not the same as nothing used. `estimate`: nothing exact is. */
  readonly known: 'exactly' | 'estimate' | 'missing'
}

/** How the legend says amounts. */
export interface Amounts {
  readonly amountText: (amount: number) => string
  /** Behind the last of them; may be empty. */
  readonly unit: string
}

/** Where squares begin, behind the names of their rows. */
export const LABEL = 6
const CELL = 2
const WEEKDAYS = ['Mon', '', 'Wed', '', 'Fri', '', '']
const SHADES = ['·', '░', '▒', '▓', '█']
const ASCII_SHADES = ['.', '-', '=', '*', '#']
/** More weeks than this are of more than one year, so that January has to say of which. */
const A_YEAR = 54

/**
 * A column for each week, a row for each weekday, and below them what the shades mean. Weeks that do not fit beside each
 * other follow in a further band, so that every day is drawn at any width.
 */
export function heatmapLines(squares: readonly Square[], amounts: Amounts, style: Style): string[] {
  const levels = levelsFor(squares.reduce((largest, { amount }) => Math.max(largest, amount), 0))
  const weeks = weeksOf(squares)
  const bands = Math.ceil(weeks.length / weeksThatFit(style))
  const length = Math.ceil(weeks.length / bands)
  const lines = Array.from({ length: bands }, (_, band) => {
    const shown = weeks.slice(band * length, (band + 1) * length)
    const rows = WEEKDAYS.map((name, weekday) =>
      ` ${name.padEnd(LABEL - 1)}${shown.map((week) => cell(week[weekday], levels, style)).join(' ')}`.trimEnd(),
    )
    return [monthLine(shown, { width: style.width, namesYears: weeks.length > A_YEAR }), ...rows, '']
  })
  return [...lines.flat(), ...indented(legend(squares, levels, amounts, style), '      ', style)]
}

function weeksThatFit({ width }: Style): number {
  return Math.max(1, Math.floor((width - LABEL) / CELL))
}

type Week = readonly (Square | undefined)[]

/** Days by weeks from Monday on; where the first or last week is cut, it has holes. */
function weeksOf(squares: readonly Square[]): Week[] {
  const [first] = squares
  if (first === undefined) return []
  const monday = dayNumber(mondayOf(first.date))
  const weeks: (Square | undefined)[][] = []
  for (const square of squares) {
    const day = dayNumber(square.date) - monday
    const week = (weeks[Math.floor(day / 7)] ??= Array<Square | undefined>(7).fill(undefined))
    week[day % 7] = square
  }
  return weeks
}

function cell(square: Square | undefined, levels: readonly number[], style: Style): string {
  if (square === undefined) return ' '
  if (square.known === 'estimate') return paint(style.signs.about, 'other', style)
  if (square.known === 'missing' && square.amount === 0) return paint(style.signs.unknown, 'dim', style)
  return shade(levelOf(square.amount, levels), style)
}

/** The sign of a level, so many cells wide. */
export function shade(level: number, style: Style, cells = 1): string {
  const sign = ((style.ascii ? ASCII_SHADES : SHADES)[level] as string).repeat(cells)
  return level === 0 ? paint(sign, 'dim', style) : paint(sign, 'first', style)
}

/** The name of a month above the first week that begins in it, where there is room for it. */
function monthLine(weeks: readonly Week[], { width, namesYears }: { width: number; namesYears: boolean }): string {
  let line = ' '.repeat(LABEL)
  let last = ''
  for (const [i, week] of weeks.entries()) {
    const date = week.find((square) => square !== undefined)?.date ?? ''
    const month = date.slice(0, 7)
    const column = LABEL + CELL * i
    const name = monthText(date, namesYears && (i === 0 || date.slice(5, 7) === '01'))
    const hasRoom = line.length <= column && column + name.length <= width
    // A month of which only the end is seen leaves its place to the next one.
    if (month !== last && hasRoom && (i > 0 || date.slice(8) <= '21')) line = `${line.padEnd(column)}${name} `
    last = month
  }
  return line.trimEnd()
}

/** `Nov`, `Jan 26`. */
function monthText(date: Day, namesYear: boolean): string {
  return monthName(date).slice(0, 3) + (namesYear ? ` ${date.slice(2, 4)}` : '')
}

/** What the shades mean. */
export function levelLegend(levels: readonly number[], { amountText, unit }: Amounts, style: Style): string[] {
  const shades = [0, 1, 2, 3, 4].map((level) => shade(level, style)).join(' ')
  const steps = [...levels.map((level) => `<${amountText(level)}`), `${amountText(levels.at(-1) as number)}+`]
  return [`Less ${shades} More`, `levels: 0, ${steps.join(', ')} ${unit}`.trimEnd()]
}

function legend(squares: readonly Square[], levels: readonly number[], amounts: Amounts, style: Style): string[] {
  const isAny = (known: Square['known']) => squares.some((square) => square.known === known)
  return [
    ...levelLegend(levels, amounts, style),
    ...(isAny('estimate') ? [`${style.signs.about} an estimate`] : []),
    ...(isAny('missing') ? [`${style.signs.unknown} not known`] : []),
  ]
}

/** Pieces below the squares, each in a line with the next one where there is room. */
export function indented(pieces: readonly string[], gap: string, style: Style): string[] {
  const room = style.width - LABEL
  return flow(pieces, Math.max(room, 1), gap).map((line) => ' '.repeat(LABEL) + line)
}
