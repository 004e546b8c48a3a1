import { calendarDays } from '../../../core/calendar.ts'
import { ago } from '../../../core/format.ts'
import type { MachineRow, Reports } from '../../../core/report-specs.ts'
import { isExpected, STALE_MS } from '../../../core/stale.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { spark } from '../../terminal/spark.ts'
import type { Style } from '../../terminal/style.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { rangeQuestion, type ReportOptions } from '../report/options.ts'
import { machineRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { deletionWarning } from '../tokens/freshness.ts'
import { copyQuestions } from './copy-questions.ts'
import { gapSentences } from '../tokens/gaps.ts'
import {
  contractColumn,
  costColumn,
  costNotes,
  countColumn,
  documentOf,
  filterText,
  nameColumn,
  rangeTitle,
  scopeTitle,
  shareColumn,
} from './parts.ts'

const DEFAULT_DAYS = 7
/** A longer line of days says nothing any more. */
const MOST_DAYS = 31

/** `forge machines`: what each machine has sent, how fresh it is, and which needs a look. */
export async function showMachines(
  reports: Reports,
  options: ReportOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const query = { ...question.range, ...question.filters }
  const [answer, usage, coverage] = await Promise.all([
    reports.machines(query),
    reports.usage({ ...query, by: 'machine' }),
    reports.coverage(query),
  ])
  const { machines } = answer
  const days = calendarDays(question.range.from, question.range.to, question.range.tz).slice(-MOST_DAYS)
  const daily = Map.groupBy(usage.rows, ({ group }) => group)
  const isStale = (row: MachineRow) => isExpected(row) && question.now - Date.parse(row.last_sync) >= STALE_MS
  const sign = (row: MachineRow, style: Style) =>
    isStale(row) ? style.signs.warn : row.is_active ? style.signs.ok : ''
  const nameOf = (row: MachineRow) => usageLabel(coverage.machines, row.machine) ?? row.hostname
  const lines = (style: Style) =>
    machines.map((row) => {
      const byDay = new Map(daily.get(nameOf(row))?.map((row) => [row.date, row.total_tokens]))
      return spark(
        days.map(({ label: date }) => byDay.get(date) ?? 0),
        style,
      )
    })
  const listing: Listing = {
    rows: machineRows(answer),
    document: { ...documentOf(answer, scope, question.now), coverage: coverage.machines },
    title: ['Machines', rangeTitle(question, false), scopeTitle(scope), filterText(question)],
    right: attention(machines.filter(isStale).length, machines.length),
    isEmpty: machines.length === 0,
    table: (style) => ({
      columns: [
        { heading: '', cells: machines.map((row) => sign(row, style)) },
        nameColumn('MACHINE', machines.map(nameOf), style),
        {
          heading: 'LAST SYNC',
          cells: machines.map((row) => lastSync(row, question.now)),
          rank: 6,
        },
        countColumn(
          'TOKENS',
          machines.map((row) => row.total_tokens),
          options,
        ),
        costColumn(machines, style),
        ...contractColumn(machines, answer, style),
        shareColumn(machines, 5),
        countColumn(
          'SESSIONS',
          machines.map((row) => row.session_count),
          options,
          2,
        ),
        { heading: `LAST ${days.length} DAYS`, cells: lines(style), rank: 4 },
      ],
    }),
    notes: (style) =>
      machines.length === 0
        ? ['No machine has sent anything yet. Send what this one has: forge sync']
        : [
            deletionWarning(machines, question.now, style),
            ...copyQuestions(machines, nameOf, style),
            ...gapSentences(usage.gaps, question.today, style),
            ...costNotes(machines, answer, options, style),
          ].filter((sentence) => sentence !== ''),
  }
  return printListing(listing, options, surroundings)
}

function lastSync({ is_active, is_archived, last_sync }: MachineRow, now: number): string {
  if (!is_active) return 'hidden'
  return is_archived ? 'archived' : ago(Math.max(0, now - Date.parse(last_sync)))
}

function attention(stale: number, all: number): string {
  const machines = `${all} ${all === 1 ? 'machine' : 'machines'}`
  return stale === 0 ? machines : `${machines}, ${stale} ${stale === 1 ? 'needs' : 'need'} attention`
}

/** What usage calls a machine: two of one hostname are told apart. */
function usageLabel(rows: readonly { machine: string; hostname: string }[], machine: string): string | undefined {
  return rows.find((row) => row.machine === machine)?.hostname
}
