import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Problem } from '../../core/problem.ts'
import type { AnswerOf, Reports } from '../../core/report-specs.ts'
import { EVENT_FIELDS } from '../../core/usage-event.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'
import { counted } from '../../core/format.ts'
import { rangeQuestion, type ReportOptions } from './report/options.ts'
import { csv, csvLines } from '../../core/table-text.ts'
import { withReports } from './report/run.ts'
import { EXPORT_HEADER } from '../import/export-format.ts'
import { startOfDay } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'

export interface ExportOptions extends Pick<ReportOptions, 'since' | 'until' | 'tz' | 'local' | 'csv' | 'quiet'> {
  /** Day figures instead of events; for CSV, which has one kind of row. */
  readonly figures?: boolean
  /** A file to write; standard output by default. */
  readonly output?: string
}

/**
 * `forge export`: every event and day figure of all machines, as NDJSON or CSV. The same ledger gives the same bytes.
 */
export function exportCommand(options: ExportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const within = limits(options, surroundings)
  return withReports({ ...options, csv: true }, surroundings, async (reports) => {
    const sink = await openSink(options.output, surroundings)
    const lines = options.csv ? csvExport(reports, within, options.figures ?? false) : ndjson(reports, within)
    let records = 0
    for await (const { text, count } of lines) {
      records += count
      await sink.write(text)
    }
    await sink.close()
    if (options.output !== undefined && !options.quiet) {
      printDone(`Wrote ${counted(records, 'record')} to ${options.output}`, surroundings)
    }
    return 0
  })
}

interface Limits {
  readonly takesInstant: (occurred_at: string) => boolean
  readonly takesDay: (date: string) => boolean
}

function limits(options: ExportOptions, surroundings: Surroundings): Limits {
  if ((options.since ?? options.until) === undefined) return { takesInstant: () => true, takesDay: () => true }
  const { since = '1970-01-01' } = options
  const { range } = rangeQuestion({ ...options, since, csv: false }, surroundings, 1)
  const [from, to] = [startOfDay(range.from, range.tz), startOfDay(addDays(range.to, 1), range.tz)]
  return {
    takesInstant: (occurred_at) => Date.parse(occurred_at) >= from && Date.parse(occurred_at) < to,
    takesDay: (date) => date >= range.from && date <= range.to,
  }
}

interface Piece {
  readonly text: string
  readonly count: number
}

type Page = AnswerOf<'log'>

async function* pages(reports: Reports): AsyncGenerator<Page> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page = await reports.log(cursor === undefined ? {} : { cursor })
    yield page
    cursor = page.next_cursor
  }
}

/** A line for each thing; what machines and projects are called comes before the first event of theirs. */
async function* ndjson(reports: Reports, { takesInstant, takesDay }: Limits): AsyncGenerator<Piece> {
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

async function* csvExport(reports: Reports, limits: Limits, figures: boolean): AsyncGenerator<Piece> {
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

interface Output {
  write(text: string): Promise<void>
  close(): Promise<void>
}

async function openSink(path: string | undefined, { stdout }: Surroundings): Promise<Output> {
  if (path === undefined || path === '-') {
    return {
      write: async (text) => stdout.write(text),
      close: async () => undefined,
    }
  }
  // It has everything that the ledger has, so it is closed to others as the ledger is.
  const stream = createWriteStream(path, { mode: 0o600 })
  try {
    await once(stream, 'open')
  } catch (cause) {
    throw new Problem('storage', `Cannot write ${path} (${(cause as Error).message}).`, { cause })
  }
  return {
    write: async (text) => {
      if (!stream.write(text)) await once(stream, 'drain')
    },
    close: async () => {
      stream.end()
      await once(stream, 'close')
    },
  }
}
