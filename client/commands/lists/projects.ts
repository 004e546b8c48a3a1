import { ago } from '../../../core/format.ts'
import type { Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { rangeQuestion, type ReportOptions } from '../report/options.ts'
import { projectRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { whyNothing } from '../report/nothing.ts'
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

const DEFAULT_DAYS = 30

/** `forge projects`: where the tokens went, one row a project whatever machines it was worked on. */
export async function showProjects(
  reports: Reports,
  options: ReportOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const answer = await reports.projects({ ...question.range, ...question.filters })
  const { projects } = answer
  const nothing = projects.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const last = projects.map(({ last_activity }) =>
    last_activity === null ? '-' : ago(Math.max(0, question.now - Date.parse(last_activity))),
  )
  const listing: Listing = {
    rows: projectRows(answer),
    document: documentOf(answer, scope, question.now),
    title: ['Projects', rangeTitle(question, false), scopeTitle(scope), filterText(question)],
    right: question.range.tz,
    isEmpty: projects.length === 0,
    table: (style) => ({
      columns: [
        nameColumn(
          'PROJECT',
          projects.map(({ project }) => project),
          style,
        ),
        countColumn(
          'TOKENS',
          projects.map((row) => row.total_tokens),
          options,
        ),
        costColumn(projects, style),
        ...contractColumn(projects, answer, style),
        shareColumn(projects, 7),
        countColumn(
          'SESSIONS',
          projects.map((row) => row.session_count),
          options,
          5,
        ),
        countColumn(
          'MACHINES',
          projects.map(({ machines }) => machines.length),
          options,
          3,
        ),
        { heading: 'LAST ACTIVE', cells: last, rank: 4 },
      ],
      bars: { heading: '', amounts: projects.map((row) => row.total_tokens) },
    }),
    notes: (style) => nothing?.(style) ?? costNotes(projects, answer, options, style),
  }
  return printListing(listing, options, surroundings)
}
