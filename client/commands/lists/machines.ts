import { calendarDays } from '../../../core/calendar.ts'
import { ago } from '../../../core/format.ts'
import type { MachineRow, Reports } from '../../../core/report-specs.ts'
import { isStale, type ListedMachine, listedMachines } from '../../../core/machines.ts'
import { sumOf } from '../../../core/usage-sums.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { spark } from '../../terminal/spark.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'
import { askComparison, beforeColumn, type ComparedList, comparedNotes, comparing } from '../report/comparison.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { type ComparedOptions, rangeQuestion } from '../report/options.ts'
import { machineRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { deletionWarning } from '../tokens/freshness.ts'
import { copyQuestions } from './copy-questions.ts'
import { gapSentences } from '../tokens/gaps.ts'
import { columnsOf } from './columns.ts'
import { costNotes, headOf } from './parts.ts'

const DEFAULT_DAYS = 7
/** A longer line of days says nothing any more. */
const MOST_DAYS = 31

/** `forge machines`: what each machine has sent, how fresh it is, and which needs a look. */
export async function showMachines(
  reports: Reports,
  options: ComparedOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const query = { ...question.range, ...question.filters }
  const [answer, sums, usage, coverage] = await Promise.all([
    reports.machines({ ...query, ...comparing(options) }),
    options.compare ? askComparison(reports, question) : undefined,
    reports.usage({ ...query, by: 'machine' }),
    reports.coverage(query),
  ])
  const { machines } = answer
  const listed = listedMachines(machines)
  const days = calendarDays(question.range.from, question.range.to, question.range.tz).slice(-MOST_DAYS)
  const daily = Map.groupBy(usage.rows, ({ group }) => group)
  const sign = (row: MachineRow, style: Style) =>
    isStale(row, question.now) ? style.signs.warn : row.is_active ? style.signs.ok : ''
  const lines = (style: Style) =>
    listed.map(({ names }) => {
      const byDay = Map.groupBy(
        names.flatMap((name) => daily.get(name) ?? []),
        ({ date }) => date,
      )
      return spark(
        days.map(({ label: date }) => sumOf(byDay.get(date) ?? []).total_tokens),
        style,
      )
    })
  const stale = machines.filter((row) => isStale(row, question.now))
  const rows = listed.map(({ row }) => row)
  const names = new Map(listed.map((machine) => [machine.row, nameOf(machine)]))
  const list: ComparedList<MachineRow> = {
    question,
    rows,
    previous: answer.previous && listedMachines(answer.previous.machines).map(({ row }) => row),
    sums,
    keyOf: ({ machine }) => machine,
    nameOf: ({ hostname }) => hostname,
  }
  const listing: Listing = {
    ...headOf('Machines', { ...answer, coverage: coverage.machines }, { question, scope }),
    rows: machineRows(answer),
    right: attention(stale.length, machines.length),
    isEmpty: machines.length === 0,
    table: (style) => {
      const columns = columnsOf(rows, options, style)
      return {
        columns: [
          columns.text('', (row) => sign(row, style)),
          columns.name('MACHINE', (row) => names.get(row) ?? row.hostname),
          columns.text('LAST SYNC', (row) => lastSync(row, question.now), 6),
          ...columns.usage(),
          ...beforeColumn(list, options),
          ...columns.contract(answer),
          columns.share(5),
          columns.count('SESSIONS', (row) => row.session_count, 2),
          columns.text('CLAUDE CODE', (row) => printable(row.client_version, style) || '-', 1),
          { heading: `LAST ${days.length} DAYS`, cells: lines(style), rank: 4 },
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) =>
      machines.length === 0
        ? ['No machine has sent anything yet. Send what this one has: forge sync']
        : [
            ...comparedNotes(list, options, style),
            deletionWarning(machines, question.now, style),
            whatToDo(stale, style),
            ...copyQuestions(machines, style),
            ...gapSentences(usage.gaps, question.today, style),
            ...costNotes(machines, answer, options, style),
          ].filter((sentence) => sentence !== ''),
  }
  return printListing(listing, options, surroundings)
}

function nameOf({ row, names }: ListedMachine): string {
  return names.length > 1 ? `${row.hostname} (${names.length} jobs)` : row.hostname
}

function lastSync(row: MachineRow, now: number): string {
  if (!row.is_active) return 'hidden'
  return row.is_archived ? 'archived' : ago(Math.max(0, now - Date.parse(row.last_sync)))
}

/** For the one that was silent longest. */
function whatToDo(stale: readonly MachineRow[], style: Style): string {
  const [longest] = stale.toSorted((a, b) => (a.last_sync < b.last_sync ? -1 : 1))
  if (longest === undefined) return ''
  return `On it: forge doctor. Gone for good? forge machines archive ${printable(longest.hostname, style)}`
}

function attention(stale: number, all: number): string {
  const machines = `${all} ${all === 1 ? 'machine' : 'machines'}`
  return stale === 0 ? machines : `${machines}, ${stale} ${stale === 1 ? 'needs' : 'need'} attention`
}
