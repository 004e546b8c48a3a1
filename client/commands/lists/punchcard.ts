import { WEEKDAYS } from '../../../core/dates.ts'
import type { Metric } from '../../../core/metric.ts'
import {
  commonerText,
  hourlessText,
  hourText,
  type PunchcardCell,
  type PunchcardDay,
  punchcardDays,
} from '../../../core/punchcard.ts'
import { punchcardRows } from '../../../core/report-rows.ts'
import type { Reports } from '../../../core/report-specs.ts'
import { amountOf, isUnpriced, sumOf } from '../../../core/usage-sums.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { indented } from '../../terminal/heatmap.ts'
import { punchcardLines } from '../../terminal/punchcard.ts'
import type { Style } from '../../terminal/style.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { whyNothing } from '../report/nothing.ts'
import { rangeQuestion, type ReportOptions } from '../report/options.ts'
import type { Scope } from '../report/run.ts'
import { gapSentences } from '../tokens/gaps.ts'
import { amountText, costText, countText, levelAmounts, METRIC_TITLES, type NumberOptions } from '../tokens/numbers.ts'
import { amounts as spokenAmounts } from '../tokens/spoken.ts'
import { costNotes, headOf } from './parts.ts'

export interface PunchcardOptions extends ReportOptions {
  readonly metric?: Metric | undefined
}

/** Whole weeks, so that every weekday comes as often as the others, and enough of them to show a habit. */
const DEFAULT_DAYS = 84

/** `forge punchcard`: at which hours of which weekdays, a square for each. */
export async function showPunchcard(
  reports: Reports,
  options: PunchcardOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const { metric = 'tokens' } = options
  const query = { ...question.range, ...question.filters }
  const [answer, { rows, gaps }] = await Promise.all([
    reports.punchcard(query),
    reports.usage({ ...query, by: 'none', every: 'month' }),
  ])
  const { cells } = answer
  const days = punchcardDays(answer)
  const withoutHour = hourlessText(sumOf(rows), (count) => countText(count, options))
  const nothing =
    cells.length === 0 && withoutHour === '' ? await whyNothing(reports, { question, scope, gaps }) : undefined
  const listing: Listing = {
    ...headOf(`${METRIC_TITLES[metric]} by weekday and hour`, answer, { question, scope }),
    rows: punchcardRows(answer),
    isEmpty: cells.length === 0,
    lead: (style) => [...squareLines(days, metric, options, style), '', ...factLines(cells, metric, options, style)],
    spokenLead: () => days.filter(({ isInRange }) => isInRange).map((day) => spokenDay(day, metric, options)),
    table: () => ({ columns: [] }),
    notes: (style) =>
      nothing?.(style) ??
      [
        withoutHour,
        commonerText(answer),
        ...gapSentences(gaps, question.today, style),
        ...costNotes(cells, answer, options, style),
      ].filter((sentence) => sentence !== ''),
  }
  return printListing(listing, options, surroundings)
}

function squareLines(days: readonly PunchcardDay[], metric: Metric, options: NumberOptions, style: Style): string[] {
  const sums = days.map(({ hours }) => sumOf(hours.filter((cell) => cell !== undefined)))
  const all = sumOf(days.flatMap(({ hours }) => hours.filter((cell) => cell !== undefined)))
  const amountIn = (cell: PunchcardCell | undefined) =>
    cell === undefined ? 0 : metric === 'cost' && isUnpriced(sumOf([cell])) ? undefined : amountOf(cell, metric)
  const rows = days.map(({ name, isInRange, hours }) => ({
    label: name.slice(0, 3),
    amounts: isInRange ? hours.map(amountIn) : undefined,
  }))
  const tokens = sums.map(({ total_tokens }) => countText(total_tokens, options))
  const costs = sums.map((of) => costText(of, style))
  return punchcardLines(
    {
      rows,
      isAddedUp: metric !== 'sessions',
      columns: [
        { heading: 'tokens', cells: tokens, total: countText(all.total_tokens, options), width: 9, rank: 2 },
        { heading: 'cost', cells: costs, total: costText(all, style), width: 10, rank: 1 },
      ],
    },
    levelAmounts(metric),
    style,
  )
}

/** `16.01M tokens · $22.73 · busiest Thu 14:00–15:00, 1.20M` */
function factLines(cells: readonly PunchcardCell[], metric: Metric, options: NumberOptions, style: Style): string[] {
  const all = sumOf(cells)
  const busiest = busiestOf(cells, metric)
  const facts = [
    `${countText(all.total_tokens, options)} tokens`,
    costText(all, style),
    ...(busiest === undefined
      ? []
      : [`busiest ${placeText(busiest, style)}, ${amountText(busiest, metric, options, style)}`]),
  ]
  return indented(facts, ` ${style.signs.separator} `, style)
}

/** `Thu 14:00–15:00`. */
function placeText({ weekday, hour }: PunchcardCell, { signs }: Style): string {
  return `${(WEEKDAYS[weekday - 1] ?? '').slice(0, 3)} ${hourText(hour, signs.to)}`
}

/** `Thursday: 3.75 million tokens, 5.66 dollars, most from 14:00 to 15:00.` */
function spokenDay({ name, hours }: PunchcardDay, metric: Metric, options: NumberOptions): string {
  const cells = hours.filter((cell) => cell !== undefined)
  if (cells.length === 0) return `${name}: no use.`
  const busiest = busiestOf(cells, metric)
  const most = busiest === undefined ? '' : `, most from ${hourText(busiest.hour, ' to ')}`
  // A session of two hours would be counted twice.
  return `${name}: ${spokenAmounts(sumOf(cells), metric === 'sessions' ? 'tokens' : metric, options)}${most}.`
}

function busiestOf(cells: readonly PunchcardCell[], metric: Metric): PunchcardCell | undefined {
  const most = cells.reduce<PunchcardCell | undefined>(
    (best, cell) => (best === undefined || amountOf(cell, metric) > amountOf(best, metric) ? cell : best),
    undefined,
  )
  return most !== undefined && amountOf(most, metric) > 0 ? most : undefined
}
