import type { Every } from '../../../core/calendar.ts'
import type { AnswerOf } from '../../../core/report-specs.ts'
import type { BarPart } from '../../terminal/bars.ts'
import type { Column } from '../../terminal/columns.ts'
import { monthName, rangeText, rowLabel, sameYear } from '../../../core/dates.ts'
import { graphLines, type GraphRow } from '../../terminal/graph.ts'
import { headerLines } from '../../terminal/header.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, printable } from '../../terminal/text.ts'
import { type DayUsage, isEstimate } from '../../../core/drawn-usage.ts'
import type { Sums } from '../../../core/usage-sums.ts'
import type { TerminalUsage } from './days.ts'
import { missingDays } from './gaps.ts'
import { listLines } from './list.ts'
import type { Metric } from '../../../core/metric.ts'
import { cachedShare, costText, countText, estimateText, type NumberOptions } from './numbers.ts'
import type { TokensQuestion } from './question.ts'
import { explanations, filterText, nextCommands, nothingSentences, scopeText, type Told } from './sentences.ts'

export interface Screen extends Told {
  /** Sessions of each row and of the range. A session that uses two models is one, so groups cannot be added up. */
  readonly sessions: { readonly rows: readonly number[]; readonly total: number }
  /** The period before, row by row, where it is drawn too. */
  readonly previous: TerminalUsage | undefined
  /** The usage of all time, where the range has none. */
  readonly history: AnswerOf<'totals'> | undefined
}

export interface ScreenOptions extends NumberOptions {
  readonly quiet?: boolean | undefined
}

/** From here on there is room for more than tokens and cost. */
const WIDE = 110
/** Below this there is no room for bars. */
const NARROW = 60
/** Beyond this a number stands too far from the row it belongs to. */
const WIDEST = 160

const TITLES: Readonly<Record<Metric, string>> = {
  tokens: 'Tokens',
  cost: 'Cost',
  output: 'Output tokens',
  input: 'Input tokens',
  cache: 'Cache tokens',
  sessions: 'Sessions',
  messages: 'Messages',
}

/** `forge tokens` for a terminal, as lines. */
export function screenLines(screen: Screen, options: ScreenOptions, terminal: Style): string[] {
  const style = { ...terminal, width: Math.min(terminal.width, WIDEST) }
  const lines = [...titleLines(screen, style), '']
  const { history } = screen
  const neverUsed = history !== undefined && history.last_activity === null
  if (!neverUsed) lines.push(...rowLines(screen, options, style))
  if (history !== undefined) {
    const said = flow(nothingSentences(screen, history), style.width)
    return [...lines, ...(neverUsed ? [] : ['']), ...said]
  }
  return options.quiet ? lines : [...lines, '', ...footerLines(screen, options, style)]
}

export function titleText({ metric, every }: Pick<TokensQuestion, 'metric' | 'every'>): string {
  return `${TITLES[metric]} per ${every}`
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
    const [tokens, cost] = columns.filter(({ rank }) => rank === undefined) as [Column, Column]
    const total = legend.reduce((sum, { total: part }) => sum + part, 0)
    const amount = question.metric === 'cost' ? undefined : (part: number) => countText(part, options)
    return listLines({ rows, legend, columns: [tokens, cost], total, amount }, style)
  }
  const shown = isWide(style) ? columns : columns.filter(({ rank }) => rank === undefined)
  return graphLines({ rows, legend, columns: withPrevious(shown, screen) }, style)
}

function isWide({ width }: Style): boolean {
  return width >= WIDE
}

/** A row for each period, and below it one for that of the period before where it is compared. */
function graphRows(screen: Screen): GraphRow[] {
  const { usage, question, answer, previous } = screen
  const { range, today, now } = question
  const year = !sameYear(range.from, today) || !sameYear(range.to, today)
  const missing = missingDays(answer.gaps)
  return usage.days.flatMap((day, i): GraphRow[] => {
    const isUnknown = usage.every === 'day' && missing.has(day.date)
    const row: GraphRow = {
      label: periodLabel(day, usage.every, { year }),
      isNow: day.starts <= now && now < day.ends,
      parts: barParts(day, usage),
      ...(isUnknown ? { isUnknown } : {}),
    }
    const before = previous?.days[i]
    if (previous === undefined || before === undefined) return [row]
    return [row, { label: '', isNow: false, parts: [{ fill: 'estimate', amount: sumOfParts(before) }] }]
  })
}

function sumOfParts({ parts }: DayUsage): number {
  return parts.reduce((sum, part) => sum + part, 0)
}

/** How a row of each length is called. */
export function periodLabel(
  { date, label }: Pick<DayUsage, 'date' | 'label'>,
  every: Every,
  { year }: { year: boolean },
): string {
  if (every === 'hour') return label.slice(11, 16)
  if (every === 'month') return `${monthName(date).slice(0, 3)} ${date.slice(0, 4)}`
  return every === 'week' ? `from ${rowLabel(date, { year }).slice(4)}` : rowLabel(date, { year })
}

function barParts(day: DayUsage, { series }: TerminalUsage): BarPart[] {
  if (isEstimate(day)) return [{ fill: 'estimate', amount: day.sums.estimated_tokens }]
  return series.map(({ fill }, i) => ({ fill, amount: day.parts[i] ?? 0 }))
}

/** Tokens and cost never leave. A further column says by its rank when it does. */
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
  return [
    { ...tokens, cells },
    { ...column('output', 9, ({ output_tokens }) => countText(output_tokens, options)), rank: 3 },
    { ...column('cached', 8, cachedShare), rank: 2 },
    column('cost', 9, (sums) => costText(sums, style)),
    {
      heading: 'sess',
      width: 6,
      rank: 1,
      cells: sessions.rows.map((count) => countText(count, options)),
      total: countText(sessions.total, options),
    },
  ]
}

/** Numbers of the period before stand in the rows of its bars. */
function withPrevious(columns: readonly Column[], { previous }: Screen): Column[] {
  if (previous === undefined) return [...columns]
  return columns.map((column) => ({ ...column, cells: column.cells.flatMap((cell) => [cell, '']) }))
}

function footerLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const explained = explanations(screen, options, style).flatMap((sentences) => flow(sentences, style.width))
  const commands = nextCommands(screen).flatMap((pieces) => flow(pieces, style.width, '   '))
  return [...explained, ...commands].map((line) => paint(line, 'dim', style))
}
