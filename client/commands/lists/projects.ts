import { ago } from '../../../core/format.ts'
import type { ProjectRow, Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { askComparison, beforeColumn, type ComparedList, comparedNotes, comparing } from '../report/comparison.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { type ComparedOptions, rangeQuestion } from '../report/options.ts'
import { projectRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { whyNothing } from '../report/nothing.ts'
import { columnsOf } from './columns.ts'
import { costNotes, headOf } from './parts.ts'

const DEFAULT_DAYS = 30

/** `forge projects`: where the tokens went, one row a project whatever machines it was worked on. */
export async function showProjects(
  reports: Reports,
  options: ComparedOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const [answer, sums] = await Promise.all([
    reports.projects({ ...question.range, ...question.filters, ...comparing(options) }),
    options.compare ? askComparison(reports, question) : undefined,
  ])
  const { projects, previous } = answer
  const list: ComparedList<ProjectRow> = {
    question,
    rows: projects,
    previous: previous?.projects,
    sums,
    keyOf: ({ project_key }) => project_key,
    nameOf: ({ project }) => project,
  }
  const nothing = projects.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const since = (instant: string | null) =>
    instant === null ? '-' : ago(Math.max(0, question.now - Date.parse(instant)))
  const listing: Listing = {
    ...headOf('Projects', answer, { question, scope }),
    rows: projectRows(answer),
    isEmpty: projects.length === 0,
    table: (style) => {
      const columns = columnsOf(projects, options, style)
      return {
        columns: [
          columns.name('PROJECT', list.nameOf),
          ...columns.usage(),
          ...beforeColumn(list, options),
          ...columns.contract(answer),
          columns.share(7),
          columns.count('SESSIONS', (row) => row.session_count, 5),
          columns.count('MACHINES', ({ machines }) => machines.length, 3),
          columns.text('LAST ACTIVE', ({ last_activity }) => since(last_activity), 4),
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) => [
      ...comparedNotes(list, options, style),
      ...(nothing?.(style) ?? costNotes(projects, answer, options, style)),
    ],
  }
  return printListing(listing, options, surroundings)
}
