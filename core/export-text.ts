import type { AnswerOf, Reports } from './report-specs.ts'
import { csv, csvLines } from './table-text.ts'
import { EVENT_FIELDS } from './usage-event.ts'

/** Everything that a ledger holds, as text: the same ledger gives the same bytes, whoever writes them. */

/** The first line of an export, by which an import knows it. */
export const EXPORT_HEADER = { type: 'claudeforge-export', schema_version: 1 } as const

/** What of a ledger is exported. */
export interface ExportLimits {
  readonly takesInstant: (occurred_at: string) => boolean
  readonly takesDay: (date: string) => boolean
}

export const EVERYTHING: ExportLimits = { takesInstant: () => true, takesDay: () => true }

/** A piece of an export, and how many records are in it. */
export interface Piece {
  readonly text: string
  readonly count: number
}

type Page = AnswerOf<'log'>

async function* pages(reports: Pick<Reports, 'log'>): AsyncGenerator<Page> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page = await reports.log(cursor === undefined ? {} : { cursor })
    yield page
    cursor = page.next_cursor
  }
}

/** A line for each thing; what machines and projects are called comes before the first event of theirs. */
export async function* exportNdjson(
  reports: Pick<Reports, 'log'>,
  { takesInstant, takesDay }: ExportLimits = EVERYTHING,
): AsyncGenerator<Piece> {
  yield { text: `${JSON.stringify(EXPORT_HEADER)}\n`, count: 0 }
  const named = new Set<string>()
  const line = (type: string, row: object) => `${JSON.stringify({ type, ...row })}\n`
  for await (const page of pages(reports)) {
    const events = page.events.filter(({ occurred_at }) => takesInstant(occurred_at))
    const figures = page.figures.filter(({ date }) => takesDay(date))
    const activity = page.activity.filter(({ date }) => takesDay(date))
    const machines = new Set([...events, ...figures, ...activity].map(({ machine }) => machine))
    const projects = new Set(events.map(({ project }) => project))
    const names = [
      ...page.machines.filter(({ machine }) => machines.has(machine)).map((row) => line('machine', row)),
      ...page.projects.filter(({ project }) => projects.has(project)).map((row) => line('project', row)),
    ].filter((text) => !named.has(text))
    for (const text of names) named.add(text)
    const rows = [
      ...events.map((row) => line('event', row)),
      ...figures.map((row) => line('day_figure', row)),
      ...activity.map((row) => line('day_activity', row)),
    ]
    yield { text: [...names, ...rows].join(''), count: rows.length }
  }
}

const FIGURE_COLUMNS = [
  'machine',
  'hostname',
  'origin',
  'date',
  'model',
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
]

/** Events, or day figures: CSV has one kind of row. */
export async function* exportCsv(
  reports: Pick<Reports, 'log'>,
  limits: ExportLimits = EVERYTHING,
  figures = false,
): AsyncGenerator<Piece> {
  const hostnames = new Map<string, string>()
  const labels = new Map<string, string>()
  const columns = figures ? FIGURE_COLUMNS : [...EVENT_FIELDS, 'hostname', 'project_name']
  yield { text: csv({ columns, rows: [] }), count: 0 }
  for await (const page of pages(reports)) {
    for (const { machine, hostname } of page.machines) hostnames.set(machine, hostname)
    for (const { project, label } of page.projects) labels.set(project, label)
    const rows = figures
      ? page.figures.filter(({ date }) => limits.takesDay(date))
      : page.events.filter(({ occurred_at }) => limits.takesInstant(occurred_at))
    const named = rows.map((row) => ({
      ...row,
      hostname: hostnames.get(row.machine) ?? '',
      ...('project' in row ? { project_name: labels.get(row.project) ?? '' } : {}),
    }))
    yield { text: csvLines({ columns, rows: named }), count: named.length }
  }
}
