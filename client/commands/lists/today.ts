import { localTime } from '../../../core/calendar.ts'
import { addDays } from '../../../core/day.ts'
import { counted } from '../../../core/format.ts'
import { Problem } from '../../../core/problem.ts'
import type { Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { shortDay, weekdayName } from '../../../core/dates.ts'
import { spark } from '../../terminal/spark.ts'
import type { Style } from '../../terminal/style.ts'
import { flow } from '../../terminal/text.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { filterText, namesRange, type RangeQuestion, rangeQuestion, type ReportOptions } from '../report/options.ts'
import { USAGE_COLUMNS } from '../../../core/table-text.ts'
import type { Scope } from '../report/run.ts'
import { groupNames } from '../../../core/group-names.ts'
import { countText, rowCostText } from '../tokens/numbers.ts'
import { whyNothing } from '../report/nothing.ts'
import { columnsOf } from './columns.ts'
import { costNotes, documentOf, scopeTitle } from './parts.ts'

/** So many of the same weekdays before make a usual one. */
const WEEKS = 4

export interface TodayOptions extends ReportOptions {
  /** Another day, as people type it. */
  readonly date?: string | undefined
}

/** The day that is meant. Throws `invalid-request` for more than one: what they have in common is no day. */
export function dayQuestion(
  { date, ...options }: TodayOptions,
  surroundings: Pick<Surroundings, 'now' | 'zone'>,
): RangeQuestion {
  if (date !== undefined && namesRange(options)) {
    throw new Problem('invalid-request', '--date and --days, --since or --until both say which day.', {
      hint: `Use one of them: forge today --date ${date}`,
    })
  }
  const named = date === undefined ? options : { ...options, since: date, until: date }
  const question = rangeQuestion(named, surroundings, 1)
  if (question.days > 1) {
    const { from, to } = question.range
    throw new Problem('invalid-request', `forge today shows one day, and ${from} to ${to} are ${question.days}.`, {
      hint: `One of them: forge today --date ${from}\nAll of them: forge tokens --since ${from} --until ${to}`,
    })
  }
  return question
}

/** `forge today`: the hours of today, its models, and how it compares with the same weekdays before. */
export async function showToday(
  reports: Reports,
  options: TodayOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = dayQuestion(options, surroundings)
  const { range, filters, today } = question
  const query = { ...range, ...filters }
  const earlier = Array.from({ length: WEEKS }, (_, i) => addDays(range.to, -7 * (i + 1)))
  const [{ hours, ...base }, totals, { models }, { machines }, ...before] = await Promise.all([
    reports.hourly(query),
    reports.totals(query),
    reports.models(query),
    reports.machines(query),
    ...earlier.map((day) => reports.totals({ ...filters, from: day, to: day, tz: range.tz })),
  ])
  const isEmpty = totals.total_tokens + totals.estimated_tokens === 0
  const nothing = isEmpty ? await whyNothing(reports, { question, scope, gaps: base.gaps }) : undefined
  const names = groupNames(
    models.map(({ model }) => model),
    'model',
  )
  const used = machines.filter((row) => row.total_tokens > 0).length
  const summary = (style: Style) => {
    const pieces = [
      `${countText(totals.total_tokens, options)} tokens`,
      rowCostText(totals, style),
      counted(totals.session_count, 'session'),
      counted(used, 'machine'),
      usual(
        totals.total_tokens,
        before.map((row) => row.total_tokens),
        weekdayName(range.to),
      ),
    ].filter((piece) => piece !== '')
    return flow(pieces, style.width - INDENT.length, '   ').map((line) => INDENT + line)
  }
  const listing: Listing = {
    rows: { columns: ['hour', 'date', 'starts', 'ends', 'machines', ...USAGE_COLUMNS], rows: hours },
    document: documentOf({ ...base, hours, totals, models }, scope, question.now),
    title: [range.to === today ? 'Today' : 'Day', shortDay(range.to, today), scopeTitle(scope), filterText(question)],
    right: range.to === today ? `as of ${localTime(question.now, range.tz)}` : range.tz,
    isEmpty,
    lead: (style) => [...hourLines(hours, style), '', ...summary(style), ''],
    table: (style) => {
      const columns = columnsOf(models, options, style)
      return {
        columns: [
          columns.name('MODEL', ({ model }) => names.get(model) ?? model),
          ...columns.usage(),
          ...columns.contract(totals),
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) => nothing?.(style) ?? costNotes([totals], totals, options, style),
  }
  return printListing(listing, options, surroundings)
}

const INDENT = '  '

/** The 24 hours as a strip, and the names of some below it. An hour that comes twice is added to the first. */
function hourLines(hours: readonly { hour: string; total_tokens: number }[], style: Style): string[] {
  const amounts = Array<number>(24).fill(0)
  for (const { hour, total_tokens } of hours) {
    const at = Number(hour.slice(11, 13))
    amounts[at] = (amounts[at] ?? 0) + total_tokens
  }
  // Two signs for an hour where there is room, else one.
  const cells = style.width >= INDENT.length + 24 * 3 ? 2 : 1
  const strip = Array.from(spark(amounts, style), (sign) => sign.repeat(cells)).join(' ')
  const every = 3
  const names = amounts.flatMap((_, hour) =>
    hour % every === 0
      ? [
          String(hour)
            .padStart(2, '0')
            .padEnd(every * (cells + 1)),
        ]
      : [],
  )
  return [INDENT + strip, INDENT + names.join('')].map((line) => line.trimEnd())
}

/** `31% less than a usual Sunday`, where there were any. */
function usual(tokens: number, before: readonly number[], weekday: string): string {
  const used = before.filter((count) => count > 0)
  if (used.length < 2) return ''
  const mean = used.reduce((sum, count) => sum + count, 0) / used.length
  const change = Math.round((100 * (tokens - mean)) / mean)
  if (change === 0) return `as much as a usual ${weekday}`
  return change < 0 ? `${-change}% less than a usual ${weekday}` : `${change}% more than a usual ${weekday}`
}
