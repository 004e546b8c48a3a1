import { calendarSpans, localDay, type Span } from './calendar.ts'
import type { Day } from './day.ts'
import { type PairedPeriods, pairedPeriods } from './paired-periods.ts'
import type { DayRange } from './range.ts'
import type { AnswerOf } from './report-specs.ts'
import { type Row, type Rows, USAGE_COLUMNS } from './table-text.ts'

type UsageAnswer = AnswerOf<'usage'>

/** Reports as rows for programs: what `--csv` prints and what the dashboard saves are the same to the letter. */

/**
 * A period without use is a row with nothing but its date, and what is not known of it. Where a range is compared, each
 * period has the one before beside it, group by group, as lists have.
 */
export function usageRows({ previous, ...answer }: UsageAnswer): Rows {
  const when = answer.every === 'hour' ? 'hour' : 'date'
  const columns = [when, 'group', ...USAGE_COLUMNS, 'coverage']
  const ofNow = periodsOf(answer, when)
  const ofBefore = previous === undefined ? undefined : periodsOf(previous, when)
  return {
    columns:
      ofBefore === undefined ? columns : [...columns, ...[when, ...USAGE_COLUMNS, 'coverage'].map(previousColumn)],
    rows: pairsOf(answer, previous).flatMap(({ now, before }): Row[] => {
      const [period, earlier] = [ofNow(now), ofBefore?.(before)]
      const { rows } = compared({ columns, rows: period.rows }, earlier?.rows, 'group')
      const facts = { ...period.facts, ...(earlier === undefined ? {} : asBefore(earlier.facts)) }
      return rows.length === 0 ? [facts] : rows.map((row) => ({ ...row, ...facts }))
    }),
  }
}

function pairsOf(answer: DayRange & Pick<UsageAnswer, 'every'>, previous: DayRange | undefined): PairedPeriods[] {
  const { every, from, to, tz } = answer
  if (previous !== undefined) return pairedPeriods(every, answer, previous)
  return calendarSpans(every, from, to, tz).map((now) => ({ now, before: undefined }))
}

/** Finds what a report has of a period: its name, what is not known of it, and its groups. */
function periodsOf({ tz, every, rows, gaps }: Omit<UsageAnswer, 'previous'>, when: 'date' | 'hour') {
  const byStart = Map.groupBy(rows, ({ starts }) => Date.parse(starts))
  return (span: Span | undefined): { facts: Row; rows: readonly Row[] } => {
    if (span === undefined) return { facts: { [when]: undefined, coverage: undefined }, rows: [] }
    const { label, starts, ends } = span
    const coverage = coverageOf(gaps, { from: localDay(starts, tz), to: localDay(ends - 1, tz) })
    return {
      facts: { [when]: every === 'hour' ? label : localDay(starts, tz), coverage },
      rows: byStart.get(starts) ?? [],
    }
  }
}

/** `missing` or `partial`, where some machine's day of a period is; undefined where nothing is known to be missing. */
function coverageOf(gaps: UsageAnswer['gaps'], period: { from: Day; to: Day }): string | undefined {
  const states = gaps.filter(({ from, to }) => from <= period.to && to >= period.from).map(({ state }) => state)
  return states.includes('missing') ? 'missing' : states[0]
}

export function modelRows({ models, previous }: Pick<AnswerOf<'models'>, 'models' | 'previous'>): Rows {
  const rows = { columns: ['model', 'canonical_model', ...USAGE_COLUMNS], rows: models }
  return compared(rows, previous?.models, 'model')
}

export function machineRows({ machines, previous }: Pick<AnswerOf<'machines'>, 'machines' | 'previous'>): Rows {
  const facts = ['hostname', 'machine', 'first_seen', 'last_sync', 'is_active', 'last_activity']
  const more = ['event_count', 'cleanup_period_days', 'client_version']
  const rows = { columns: [...facts, ...USAGE_COLUMNS, ...more], rows: machines }
  return compared(rows, previous?.machines, 'machine')
}

export function projectRows({ projects, previous }: Pick<AnswerOf<'projects'>, 'projects' | 'previous'>): Rows {
  const columns = ['project', 'project_key', 'machines', 'last_activity', ...USAGE_COLUMNS]
  return compared({ columns, rows: projects }, previous?.projects, 'project_key')
}

/**
 * Rows with the usage of the period before at their end, where there is one. What was used then alone comes last and has
 * no other usage, as what is used now alone has none of then.
 */
function compared({ columns, rows }: Rows, previous: readonly Row[] | undefined, key: string): Rows {
  if (previous === undefined) return { columns, rows }
  const before = new Map(previous.map((row) => [row[key], row]))
  const now = new Set(rows.map((row) => row[key]))
  const gone = previous.filter((row) => !now.has(row[key]))
  return {
    columns: [...columns, ...USAGE_COLUMNS.map(previousColumn)],
    rows: [
      ...rows.map((row) => ({ ...row, ...usageBefore(before.get(row[key])) })),
      ...gone.map((row) => ({ ...withoutUsage(row), ...usageBefore(row) })),
    ],
  }
}

function usageBefore(row: Row | undefined): Row {
  if (row === undefined) return {}
  return asBefore(Object.fromEntries(USAGE_COLUMNS.map((column) => [column, row[column]])))
}

function asBefore(cells: Row): Row {
  return Object.fromEntries(Object.entries(cells).map(([column, cell]) => [previousColumn(column), cell]))
}

function withoutUsage(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([column]) => !(USAGE_COLUMNS as readonly string[]).includes(column)),
  )
}

function previousColumn(column: string): string {
  return `previous_${column}`
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
