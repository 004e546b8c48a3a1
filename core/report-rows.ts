import { calendarSpans, localDay } from './calendar.ts'
import type { Day } from './day.ts'
import type { AnswerOf } from './report-specs.ts'
import { type Row, type Rows, USAGE_COLUMNS } from './table-text.ts'

type UsageAnswer = AnswerOf<'usage'>

/** Reports as rows for programs: what `--csv` prints and what the dashboard saves are the same to the letter. */

/** A period without use is a row with nothing but its date, and what is not known of it. */
export function usageRows({ from, to, tz, every, rows, gaps }: Omit<UsageAnswer, 'previous'>): Rows {
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

export function modelRows({ models }: Pick<AnswerOf<'models'>, 'models'>): Rows {
  return { columns: ['model', 'canonical_model', ...USAGE_COLUMNS], rows: models }
}

export function machineRows({ machines }: Pick<AnswerOf<'machines'>, 'machines'>): Rows {
  const facts = ['hostname', 'machine', 'first_seen', 'last_sync', 'is_active', 'last_activity']
  return { columns: [...facts, ...USAGE_COLUMNS, 'event_count', 'cleanup_period_days'], rows: machines }
}

export function projectRows({ projects }: Pick<AnswerOf<'projects'>, 'projects'>): Rows {
  return { columns: ['project', 'project_key', 'machines', 'last_activity', ...USAGE_COLUMNS], rows: projects }
}

export function sessionRows({ sessions }: Pick<AnswerOf<'sessions'>, 'sessions'>): Rows {
  const facts = ['session', 'hostname', 'project', 'started_at', 'ended_at', 'duration_ms', 'models']
  return { columns: [...facts, ...USAGE_COLUMNS, 'machine', 'project_key'], rows: sessions }
}

export function blockRows({ blocks }: Pick<AnswerOf<'blocks'>, 'blocks'>): Rows {
  return { columns: ['starts', 'ends', 'is_active', 'models', ...USAGE_COLUMNS], rows: blocks }
}

export function punchcardRows({ cells }: Pick<AnswerOf<'punchcard'>, 'cells'>): Rows {
  return { columns: ['weekday', 'hour', ...USAGE_COLUMNS], rows: cells }
}
