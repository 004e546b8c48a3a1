import { mondayOf } from '../../../core/calendar.ts'
import { addDays, dayNumber } from '../../../core/day.ts'
import { counted } from '../../../core/format.ts'
import { dollars, parseUsd } from '../../../core/money.ts'
import type { AnswerOf, Reports } from '../../../core/report-specs.ts'
import { shortDay } from '../../../core/dates.ts'
import { headerLines } from '../../terminal/header.ts'
import { heatmapLines, indented, type Square, weeksThatFit } from '../../terminal/heatmap.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, printable } from '../../terminal/text.ts'
import { costSentences } from '../report/cost-sentences.ts'
import { missingDays } from './gaps.ts'
import { countText, type NumberOptions } from './numbers.ts'
import { filterText, nothingSentences, scopeText } from './sentences.ts'
import type { TokensContext } from './show.ts'
import { sumOf } from '../../../core/usage-sums.ts'

/** A square for each day of the last weeks of the range, as many as fit, and what there is to say of them. */
export async function showSquares(
  { reports, heatmap: ask, question, scope }: TokensContext & Pick<Reports, 'heatmap'>,
  options: NumberOptions & { readonly quiet?: boolean | undefined },
  style: Style,
): Promise<string[]> {
  const { range, filters, today } = question
  const weeks = Math.min(
    weeksThatFit(style),
    Math.ceil((dayNumber(range.to) - dayNumber(mondayOf(range.from)) + 1) / 7),
  )
  const drawn = { ...range, from: addDays(mondayOf(range.to), -7 * (weeks - 1)) }
  const [heatmap, totals, { machines }] = await Promise.all([
    ask({ ...drawn, ...filters }),
    reports.totals({ ...drawn, ...filters }),
    reports.machines(drawn),
  ])
  const title = [
    'Tokens per day',
    `last ${weeks} weeks`,
    scopeText({ scope, machines }),
    printable(filterText(question), style),
  ]
  const header = [...headerLines(title, range.tz, style), '']
  if (heatmap.active_days === 0) {
    return [
      ...header,
      ...flow(nothingSentences({ question, scope }, await reports.totals({ tz: range.tz })), style.width),
    ]
  }
  const lines = [...header, ...heatmapLines(squaresOf(heatmap, question.metric), unitOf(question.metric), style)]
  if (options.quiet) return lines
  const sums = sumOf([totals])
  const facts = factLines(heatmap, totals, { options, style, today })
  const costs = costSentences(sums, heatmap, options, style).flatMap((sentence) => flow([sentence], style.width))
  return [...lines, '', ...facts, '', ...costs.map((line) => paint(line, 'dim', style))]
}

function unitOf(metric: string): string {
  return metric === 'cost' ? 'cents' : 'tokens'
}

function squaresOf({ days, gaps }: AnswerOf<'heatmap'>, metric: string): Square[] {
  const missing = missingDays(gaps)
  return days.map(({ date, total_tokens, cost_usd, estimated_tokens }) => ({
    date,
    amount: metric === 'cost' ? Number(parseUsd(cost_usd ?? '0') / 10_000_000_000n) : total_tokens + estimated_tokens,
    isMissing: missing.has(date),
  }))
}

function factLines(
  { days, active_days, streak_days, longest_streak_days }: AnswerOf<'heatmap'>,
  { total_tokens, cost_usd, unpriced_tokens }: AnswerOf<'totals'>,
  { options, style, today }: { options: NumberOptions; style: Style; today: string },
): string[] {
  const cost = cost_usd === null ? style.signs.unknown : dollars(parseUsd(cost_usd)) + (unpriced_tokens > 0 ? '+' : '')
  const separator = ` ${style.signs.separator} `
  const busiest = days.reduce((most, day) => (day.total_tokens > most.total_tokens ? day : most))
  const facts = [
    [`${countText(total_tokens, options)} tokens`, cost, `${active_days} active days of ${days.length}`],
    [
      `Streak ${counted(streak_days, 'day')} (longest ${longest_streak_days})`,
      ...(busiest.total_tokens > 0
        ? [`busiest ${shortDay(busiest.date, today)}, ${countText(busiest.total_tokens, options)}`]
        : []),
    ],
  ]
  return facts.flatMap((line) => indented(line, separator, style))
}
