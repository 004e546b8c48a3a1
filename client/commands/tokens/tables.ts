import { calendarSpans, localDay } from '../../../core/calendar.ts'
import type { Day } from '../../../core/day.ts'
import type { AnswerOf, MachineRow } from '../../../core/report-specs.ts'
import { type Row, type Rows, USAGE_COLUMNS } from '../../../core/table-text.ts'

/** The rows of `forge tokens` for programs. A period without use is a row with nothing but its date. */

type UsageAnswer = AnswerOf<'usage'>

export function usageRows({ from, to, tz, every, rows, gaps }: UsageAnswer): Rows {
  const when = every === 'hour' ? 'hour' : 'date'
  const columns = [when, 'group', ...USAGE_COLUMNS, 'coverage']
  const byStart = Map.groupBy(rows, ({ starts }) => Date.parse(starts))
  return {
    columns,
    rows: calendarSpans(every, from, to, tz).flatMap(({ label, starts, ends }): Row[] => {
      const period = every === 'hour' ? label : localDay(starts, tz)
      const coverage = coverageOf(gaps, { from: localDay(starts, tz), to: localDay(ends - 1, tz) })
      return byStart.get(starts)?.map((row) => ({ [when]: period, ...row, coverage })) ?? [{ [when]: period, coverage }]
    }),
  }
}

/** `missing` or `partial`, where some machine's day of a period is; undefined where nothing is known to be missing. */
function coverageOf(gaps: UsageAnswer['gaps'], period: { from: Day; to: Day }): string | undefined {
  const states = gaps.filter(({ from, to }) => from <= period.to && to >= period.from).map(({ state }) => state)
  return states.includes('missing') ? 'missing' : states[0]
}

export interface JsonParts {
  readonly usage: UsageAnswer
  readonly totals: AnswerOf<'totals'>
  readonly machines: readonly MachineRow[]
  readonly source: 'server' | 'local'
  readonly now: number
}

/** One object: the rows, the sums of the range, and the machines with how fresh they are. */
export function usageDocument({ usage, totals, machines, source, now }: JsonParts): Record<string, unknown> {
  const { from, to, tz, by, every, rows, gaps, price_book, contract, unpriced_models, previous } = usage
  return {
    range: { from, to, tz },
    as_of: new Date(now).toISOString(),
    source,
    by,
    every,
    price_book,
    contract,
    unpriced_models,
    rows,
    totals,
    ...(previous === undefined ? {} : { previous: { from: previous.from, to: previous.to, rows: previous.rows } }),
    gaps,
    machines,
  }
}
