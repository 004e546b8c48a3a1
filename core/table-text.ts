import { cleanName } from './text.ts'

/** Rows for programs: full names, whole numbers, exact decimals, ISO dates, the names of the API. */

export type Row = Readonly<Record<string, unknown>>

/** Rows with their columns, in an order that a script may count on: a new column goes to the end. */
export interface Rows {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** What every row of usage has, in the order of the files. */
export const USAGE_COLUMNS = [
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
  'cost_usd',
  'contract_cost_usd',
  'unpriced_tokens',
  'message_count',
  'tool_call_count',
  'web_search_count',
  'understated_count',
  'contract_unpriced_tokens',
  'contract_saving_usd',
] as const

/** Tab-separated, for pipes. A row of which all but the first column is missing is only that. */
export function tsv({ columns, rows }: Rows): string {
  const line = (row: Row) => (isBare(columns, row) ? [text(row[columns[0] as string])] : cells(columns, row)).join('\t')
  return [columns.join('\t'), ...rows.map(line)].map((row) => `${row}\n`).join('')
}

/** RFC 4180, for spreadsheets: lines end in CR LF, and no cell is taken for a formula. */
export function csv({ columns, rows }: Rows): string {
  return `${columns.join(',')}\r\n${csvLines({ columns, rows })}`
}

/** The same without the line of columns, to go on with. */
export function csvLines({ columns, rows }: Rows): string {
  return rows.map((row) => `${columns.map((column) => csvCell(row[column])).join(',')}\r\n`).join('')
}

/** A table of GitHub's Markdown; numbers stand at the right. */
export function markdown({ columns, rows }: Rows): string {
  const isNumber = (column: string) => rows.some((row) => typeof row[column] === 'number' || column.endsWith('_usd'))
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = columns.map((column) => (isNumber(column) ? '---:' : '---'))
  return [line(columns), line(rule), ...rows.map((row) => line(cells(columns, row)))].map((row) => `${row}\n`).join('')
}

/** One object of the answers, with every name in it cleaned. */
export function json(document: Readonly<Record<string, unknown>>, indent: number): string {
  return `${JSON.stringify(cleaned({ schema_version: 1, ...document }), null, indent)}\n`
}

function isBare(columns: readonly string[], row: Row): boolean {
  return columns.slice(1).every((column) => row[column] === undefined)
}

function cells(columns: readonly string[], row: Row): string[] {
  return columns.map((column) => text(row[column]))
}

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((one) => cleanName(String(one))).join(' ')
  return typeof value === 'string' ? cleanName(value) : String(value)
}

/** What a spreadsheet would run gets an apostrophe, which makes it text. */
function csvCell(value: unknown): string {
  const cell = text(value)
  const safe = typeof value !== 'number' && /^\s*[=+\-@]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanName(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner)]))
}
