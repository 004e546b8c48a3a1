import { localDay } from '../../../core/calendar.ts'
import { daysFrom } from '../../../core/day.ts'
import type { BarPart } from '../../terminal/bars.ts'
import { monthName, rangeText, rowLabel, sameYear } from '../../../core/dates.ts'
import { graphLines, type GraphRow } from '../../terminal/graph.ts'
import { headerLines } from '../../terminal/header.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, printable } from '../../terminal/text.ts'
import { type DayUsage, isEstimate } from '../../../core/drawn-usage.ts'
import type { TerminalUsage } from './days.ts'
import { filterText } from '../report/options.ts'
import type { Nothing } from './told.ts'
import { columnsOf, narrowColumns, withPrevious } from './columns.ts'
import { missingDays } from './gaps.ts'
import { listLines } from './list.ts'
import { countText, METRIC_TITLES, type NumberOptions } from './numbers.ts'
import type { TokensQuestion } from './question.ts'
import { explanations, nextCommands, scopeText, type Told } from './sentences.ts'

export interface Screen extends Told {
  readonly usage: TerminalUsage
  /** Sessions of each row. A session that uses two models is one, so groups cannot be added up. */
  readonly sessions: readonly number[]
  /** The period before, row by row, where it is drawn too; a row may have none. */
  readonly previous: readonly (DayUsage | undefined)[] | undefined
  /** What to say where the range has no usage. */
  readonly nothing: Nothing | undefined
}

export interface ScreenOptions extends NumberOptions {
  readonly quiet?: boolean | undefined
  readonly withoutNext?: boolean | undefined
}

/** Below this there is no room for bars. */
const NARROW = 60
/** Beyond this a number stands too far from the row it belongs to. */
const WIDEST = 160

/** `forge tokens` for a terminal, as lines. */
export function screenLines(screen: Screen, options: ScreenOptions, terminal: Style): string[] {
  const style = { ...terminal, width: Math.min(terminal.width, WIDEST) }
  const lines = [...titleLines(screen, style), '']
  const { nothing } = screen
  if (nothing !== undefined) {
    const said = nothing.sentences(style).flatMap((sentence) => flow([sentence], style.width))
    return [...lines, ...(nothing.isFirstUse ? [] : [...rowLines(screen, options, style), '']), ...said]
  }
  lines.push(...rowLines(screen, options, style))
  return options.quiet ? lines : [...lines, '', ...footerLines(screen, options, style)]
}

export function titleText({ metric, every }: Pick<TokensQuestion, 'metric' | 'every'>): string {
  return `${METRIC_TITLES[metric]} per ${every}`
}

function titleLines({ question, scope, machines }: Screen, style: Style): string[] {
  const pieces = [
    titleText(question),
    rangeText(question.range, question.today, style.signs.to),
    scopeText({ scope, machines }),
    printable(filterText(question), style),
  ]
  return headerLines(pieces, question.range.tz, style)
}

function rowLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const { usage, question } = screen
  const rows = graphRows(screen)
  const legend = usage.series.map(({ name, fill, total }) => ({ name: printable(name, style), fill, total }))
  const columns = columnsOf(screen, options, style)
  if (style.width < NARROW) {
    const total = legend.reduce((sum, { total: part }) => sum + part, 0)
    const amount = question.metric === 'cost' ? undefined : (part: number) => countText(part, options)
    return listLines({ rows, legend, columns: narrowColumns(columns, question.metric), total, amount }, style)
  }
  return graphLines({ rows, legend, columns: withPrevious(columns, screen) }, style)
}

/** A row for each period, and below it one for that of the period before where it is compared. */
function graphRows(screen: Screen): GraphRow[] {
  const { usage, question, answer, previous } = screen
  const { range, now } = question
  const missing = missingDays(answer.gaps)
  return usage.days.flatMap((day, i): GraphRow[] => {
    const isUnknown =
      daysFrom(day.date, localDay(day.ends - 1, range.tz)).some((date) => missing.has(date)) ||
      (question.metric !== 'tokens' && isEstimate(day))
    const full = periodLabel(day, screen)
    const row: GraphRow = {
      // Of the hours of one day the first names it.
      label: usage.days[i - 1]?.date === day.date ? localHour(day).padStart(full.length) : full,
      isNow: day.starts <= now && now < day.ends,
      parts: barParts(day, usage, question),
      ...(isUnknown ? { isUnknown } : {}),
    }
    if (previous === undefined) return [row]
    return [row, { label: '', isNow: false, parts: [{ fill: 'estimate', amount: sumOfParts(previous[i]) }] }]
  })
}

function sumOfParts(day: DayUsage | undefined): number {
  return day?.parts.reduce((sum, part) => sum + part, 0) ?? 0
}

/** How a row of each length is called. */
export function periodLabel(day: Pick<DayUsage, 'date' | 'label'>, { usage: { every }, question }: Screen): string {
  const { from, to } = question.range
  const year = !sameYear(from, question.today) || !sameYear(to, question.today)
  const { date } = day
  if (every === 'hour') return from === to ? localHour(day) : `${rowLabel(date, { year })} ${localHour(day)}`
  if (every === 'month') return `${monthName(date).slice(0, 3)} ${date.slice(0, 4)}`
  return every === 'week' ? `from ${rowLabel(date, { year }).slice(4)}` : rowLabel(date, { year })
}

function localHour({ label }: Pick<DayUsage, 'label'>): string {
  return label.slice(11, 16)
}

/** An estimate is one of tokens: nothing else of its day is known. */
function barParts(day: DayUsage, { series }: TerminalUsage, { metric }: TokensQuestion): BarPart[] {
  if (isEstimate(day)) return metric === 'tokens' ? [{ fill: 'estimate', amount: day.sums.estimated_tokens }] : []
  return series.map(({ fill }, i) => ({ fill, amount: day.parts[i] ?? 0 }))
}

function footerLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const explained = explanations(screen, options, style).flatMap((sentences) => flow(sentences, style.width))
  const next = options.withoutNext ? [] : nextCommands(screen)
  const commands = next.flatMap((pieces) => flow(pieces, style.width, '   '))
  return [...explained, ...commands].map((line) => paint(line, 'dim', style))
}
