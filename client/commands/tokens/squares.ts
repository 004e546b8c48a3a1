import { type DayUsage, drawUsage, isEstimate } from '../../../core/drawn-usage.ts'
import { rangeText, shortDay } from '../../../core/dates.ts'
import type { Day } from '../../../core/day.ts'
import { counted } from '../../../core/format.ts'
import type { Metric } from '../../../core/metric.ts'
import { type Streaks, streaksOf } from '../../../core/streaks.ts'
import { countOf, type Sums, sumOf } from '../../../core/usage-sums.ts'
import { headerLines } from '../../terminal/header.ts'
import { heatmapLines, indented, type Square } from '../../terminal/heatmap.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, printable } from '../../terminal/text.ts'
import { filterText } from '../report/options.ts'
import { askForTold, nothingOf } from './told.ts'
import type { TokensContext } from './context.ts'
import { missingDays } from './gaps.ts'
import { costText, countText, levelAmounts, metricUnit, PICO_PER_NANO } from './numbers.ts'
import { type ScreenOptions, titleText } from './screen.ts'
import { explanations, nextCommands, scopeText, type Told } from './sentences.ts'

/** The days of a range, one by one, and what there is to say of all of them. */
export interface Squares extends Told {
  readonly days: readonly DayUsage[]
  readonly missing: ReadonlySet<Day>
  readonly streaks: Streaks
  /** Days with usage, or an estimate of it. */
  readonly active_days: number
}

/** A square for each day of the range, in as many bands as the width needs, and what there is to say of them. */
export async function showSquares(context: TokensContext, options: ScreenOptions, style: Style): Promise<string[]> {
  const squares = await askForSquares(context)
  const { question } = squares
  const { range, today, metric } = question
  const title = [
    titleText(question),
    rangeText(range, today, style.signs.to),
    scopeText(squares),
    printable(filterText(question), style),
  ]
  const header = [...headerLines(title, range.tz, style), '']
  if (squares.active_days === 0) {
    const { sentences } = await nothingOf(context, squares.answer.gaps)
    return [...header, ...sentences(style).flatMap((sentence) => flow([sentence], style.width))]
  }
  const separator = ` ${style.signs.separator} `
  const lines = [
    ...header,
    ...heatmapLines(squaresOf(squares), levelAmounts(metric), style),
    '',
    ...factsOf(squares, options, style).flatMap((facts) => indented(facts, separator, style)),
  ]
  if (options.quiet) return lines
  const explained = explanations(squares, options, style).flatMap((sentences) => flow(sentences, style.width))
  const commands = nextCommands(squares).flatMap((pieces) => flow(pieces, style.width, '   '))
  return [...lines, '', ...[...explained, ...commands].map((line) => paint(line, 'dim', style))]
}

export async function askForSquares(context: TokensContext): Promise<Squares> {
  const { reports, question } = context
  const { range, filters, metric } = question
  const [answer, told] = await Promise.all([
    reports.usage({ ...range, ...filters, by: 'none', every: 'day' }),
    askForTold(context),
  ])
  const { days } = drawUsage(answer, metric, 1)
  const active = days.map(({ sums }) => sums.total_tokens + sums.estimated_tokens > 0)
  return {
    ...told,
    answer,
    days,
    missing: missingDays(answer.gaps),
    streaks: streaksOf(active),
    active_days: active.filter(Boolean).length,
  }
}

function squaresOf({ days, missing, question }: Squares): Square[] {
  return days.map((day) => ({
    date: day.date,
    amount: isEstimate(day) ? 0 : amountIn(day.sums, question.metric),
    known: isEstimate(day) ? 'estimate' : missing.has(day.date) ? 'missing' : 'exactly',
  }))
}

/** As rows of reports are drawn: money in nanodollars. */
function amountIn(sums: Sums, metric: Metric): number {
  return metric === 'cost' ? Number(sums.cost / PICO_PER_NANO) : countOf(sums, metric)
}

/** How much it was, on how many days, how many of them in a row, and on which the most; each line in pieces. */
export function factsOf(squares: Squares, options: ScreenOptions, style: Style): string[][] {
  const { days, missing, active_days, streaks, question, totals } = squares
  const { metric, today } = question
  const sums = sumOf([totals])
  const unknown = days.filter(
    (day) => missing.has(day.date) && day.sums.total_tokens + day.sums.estimated_tokens === 0,
  ).length
  const most = days.reduce((best, day) => (amountIn(day.sums, metric) > amountIn(best.sums, metric) ? day : best))
  const amount = (of: Sums) => (metric === 'cost' ? costText(of, style) : countText(countOf(of, metric), options))
  const own = metric === 'tokens' || metric === 'cost' ? [] : [`${amount(sums)} ${metricUnit(metric)}`]
  return [
    [
      ...own,
      `${countText(totals.total_tokens, options)} tokens`,
      costText(sums, style),
      `${counted(active_days, 'active day')} of ${days.length}${unknown > 0 ? `, ${unknown} not known` : ''}`,
    ],
    [
      `Streak ${counted(streaks.streak_days, 'day')} (longest ${streaks.longest_streak_days})`,
      ...(amountIn(most.sums, metric) > 0 ? [`busiest ${shortDay(most.date, today)}, ${amount(most.sums)}`] : []),
    ],
  ]
}
