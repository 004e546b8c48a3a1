import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Problem } from '../../core/problem.ts'
import { EVERYTHING, exportCsv, type ExportLimits, exportNdjson } from '../../core/export-text.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'
import { counted } from '../../core/format.ts'
import { rangeQuestion, type ReportOptions } from './report/options.ts'
import { withReports } from './report/run.ts'
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
    const lines = options.csv ? exportCsv(reports, within, options.figures ?? false) : exportNdjson(reports, within)
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

function limits(options: ExportOptions, surroundings: Surroundings): ExportLimits {
  if ((options.since ?? options.until) === undefined) return EVERYTHING
  const { since = '1970-01-01' } = options
  const { range } = rangeQuestion({ ...options, since, csv: false }, surroundings, 1)
  const [from, to] = [startOfDay(range.from, range.tz), startOfDay(addDays(range.to, 1), range.tz)]
  return {
    takesInstant: (occurred_at) => Date.parse(occurred_at) >= from && Date.parse(occurred_at) < to,
    takesDay: (date) => date >= range.from && date <= range.to,
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
