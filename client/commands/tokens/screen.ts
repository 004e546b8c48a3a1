import stringWidth from 'string-width'
import type { AnswerOf } from '../../../core/report-specs.ts'
import type { BarPart } from '../../terminal/bars.ts'
import type { Column } from '../../terminal/columns.ts'
import { rangeText, rowLabel, sameYear } from '../../terminal/dates.ts'
import { graphLines } from '../../terminal/graph.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, printable } from '../../terminal/text.ts'
import { type DayUsage, type DrawnUsage, isEstimate, type Sums } from './days.ts'
import { listLines } from './list.ts'
import { cachedShare, countText, estimateText, type NumberOptions } from './numbers.ts'
import { explanations, nextCommands, nothingSentences, scopeText, type Told } from './sentences.ts'

/** Sessions of each day and of the whole range. A session that uses two models is one, so groups cannot be added up. */
export interface SessionCounts {
  readonly days: AnswerOf<'daily'>['days']
  readonly total: number
}

export interface Screen extends Told {
  /** Asked for only where the screen is wide enough to show them. */
  readonly sessions: SessionCounts | undefined
  /** The usage of all time, where the range has none. */
  readonly history: AnswerOf<'totals'> | undefined
}

export interface ScreenOptions extends NumberOptions {
  readonly quiet?: boolean | undefined
}

/** From here on there is room for more than the tokens. */
const WIDE = 110
/** Below this there is no room for bars. */
const NARROW = 60
/** Beyond this a number stands too far from the day it belongs to. */
const WIDEST = 160

export function isWide({ width }: Style): boolean {
  return width >= WIDE
}

/** `forge tokens` for a terminal, as lines. */
export function screenLines(screen: Screen, options: ScreenOptions, terminal: Style): string[] {
  const style = { ...terminal, width: Math.min(terminal.width, WIDEST) }
  const lines = [...headerLines(screen, style), '']
  const { history } = screen
  const neverUsed = history !== undefined && history.last_activity === null
  if (!neverUsed) lines.push(...dayLines(screen, options, style))
  if (history !== undefined) {
    const said = flow(nothingSentences(screen, history), style.width)
    return [...lines, ...(neverUsed ? [] : ['']), ...said]
  }
  return options.quiet ? lines : [...lines, '', ...footerLines(screen, options, style)]
}

function headerLines({ question, scope, machines }: Screen, style: Style): string[] {
  const { separator, to } = style.signs
  const pieces = ['Tokens per day', rangeText(question.range, question.today, to), scopeText({ scope, machines })]
  const left = pieces.join(` ${separator} `)
  const zone = printable(question.range.tz, style)
  const room = style.width - stringWidth(left) - 2
  if (stringWidth(zone) <= room) return [`${left}  ${' '.repeat(room - stringWidth(zone))}${paint(zone, 'dim', style)}`]
  return flow([...pieces, zone], style.width, ` ${separator} `)
}

function dayLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const { usage, question } = screen
  const { range, today } = question
  const year = !sameYear(range.from, today) || !sameYear(range.to, today)
  const legend = usage.series.map(({ name, fill, total }) => ({ name: printable(name, style), fill, total }))
  const rows = usage.days.map((day) => ({
    label: rowLabel(day.date, { year }),
    isNow: day.date === today,
    parts: barParts(day, usage),
  }))
  const columns = columnsOf(screen, options, style)
  if (style.width < NARROW) {
    return listLines({ rows, legend, column: columns[0] as Column, total: usage.sums.total_tokens }, options, style)
  }
  return graphLines({ rows, legend, columns: isWide(style) ? columns : columns.slice(0, 1) }, style)
}

function barParts(day: DayUsage, { series }: DrawnUsage): BarPart[] {
  if (isEstimate(day)) return [{ fill: 'estimate', amount: day.sums.estimated_tokens }]
  return series.map(({ fill }, i) => ({ fill, amount: day.parts[i] ?? 0 }))
}

/** The tokens first; they never leave. A further column says by its rank when it leaves. */
function columnsOf({ usage, sessions }: Screen, options: ScreenOptions, style: Style): Column[] {
  const column = (heading: string, width: number, cellOf: (sums: Sums) => string): Column => ({
    heading,
    width,
    cells: usage.days.map(({ sums }) => cellOf(sums)),
    total: cellOf(usage.sums),
  })
  const tokens = column('tokens', 8, ({ total_tokens }) => countText(total_tokens, options))
  const cells = usage.days.map((day, i) =>
    isEstimate(day) ? estimateText(day.sums.estimated_tokens, options, style) : (tokens.cells[i] ?? ''),
  )
  const columns: Column[] = [
    { ...tokens, cells },
    { ...column('output', 9, ({ output_tokens }) => countText(output_tokens, options)), rank: 3 },
    { ...column('cached', 8, cachedShare), rank: 2 },
  ]
  if (sessions !== undefined) {
    const counts = new Map(sessions.days.map(({ date, session_count }) => [date, session_count]))
    columns.push({
      heading: 'sess',
      width: 6,
      rank: 1,
      cells: usage.days.map(({ date }) => countText(counts.get(date) ?? 0, options)),
      total: countText(sessions.total, options),
    })
  }
  return columns
}

function footerLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const explained = explanations(screen, options, style).flatMap((sentences) => flow(sentences, style.width))
  const commands = nextCommands(screen).flatMap((pieces) => flow(pieces, style.width, '   '))
  return [...explained, ...commands].map((line) => paint(line, 'dim', style))
}
