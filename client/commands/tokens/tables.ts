import type { AnswerOf, MachineRow, UsageRow } from '../../../core/report-specs.ts'
import { cleanName } from '../../../core/text.ts'
import { daysOf, sumOf } from './days.ts'

/** The same rows for programs: full names, whole numbers, ISO dates, the names of the API. Nothing else is in them. */

type UsageAnswer = AnswerOf<'usage'>

/** In this order, so that a script may count on it; a new field goes to the end. */
const COLUMNS = [
  'date',
  'group',
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'response_count',
  'session_count',
  'reported_tokens',
  'estimated_tokens',
] as const satisfies readonly (keyof UsageRow)[]

/** Tab-separated, for pipes. A day without use is a row with nothing but its date. */
export function tsv(answer: UsageAnswer): string {
  const rows = tableRows(answer).map((cells) => (cells.length === 1 ? cells : padded(cells)).join('\t'))
  return [COLUMNS.join('\t'), ...rows].map((line) => `${line}\n`).join('')
}

/** RFC 4180, for spreadsheets: lines end in CR LF, and no cell is taken for a formula. */
export function csv(answer: UsageAnswer): string {
  const rows = tableRows(answer).map((cells) => padded(cells).map(csvCell).join(','))
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\r\n`).join('')
}

export interface JsonParts {
  readonly usage: UsageAnswer
  readonly totals: AnswerOf<'totals'>
  readonly machines: readonly MachineRow[]
  readonly source: 'server' | 'local'
  readonly now: number
}

/** One object. The sums in `totals` are those of its rows; its counts of messages and sessions are of the range. */
export function json({ usage, totals, machines, source, now }: JsonParts, indent: number): string {
  const { from, to, tz, by, rows } = usage
  const document = {
    schema_version: 1,
    range: { from, to, tz },
    as_of: new Date(now).toISOString(),
    source,
    by,
    rows: rows.map((row) => ({ ...row, group: cleanName(row.group) })),
    totals: { ...totals, ...sumOf(rows) },
    machines: machines.map((row) => ({
      ...row,
      hostname: cleanName(row.hostname),
      machine: cleanName(row.machine),
    })),
  }
  return `${JSON.stringify(document, null, indent)}\n`
}

function tableRows({ from, to, rows }: UsageAnswer): string[][] {
  const byDay = Map.groupBy(rows, ({ date }) => date)
  return daysOf({ from, to }).flatMap((date) => {
    const dayRows = byDay.get(date)
    return dayRows === undefined ? [[date]] : dayRows.map((row) => COLUMNS.map((column) => cellText(row[column])))
  })
}

function cellText(value: string | number): string {
  return typeof value === 'number' ? String(value) : cleanName(value)
}

function padded(cells: readonly string[]): string[] {
  return COLUMNS.map((_, i) => cells[i] ?? '')
}

function csvCell(text: string): string {
  // A spreadsheet runs a cell that starts so; the apostrophe makes it text.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
