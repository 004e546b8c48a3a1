import type { Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { rangeQuestion, type ReportOptions } from '../report/options.ts'
import { modelRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { groupNames } from '../../../core/group-names.ts'
import { whyNothing } from '../report/nothing.ts'
import {
  cachedColumn,
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

/** `forge models`: what each model has done and would cost. */
export async function showModels(
  reports: Reports,
  options: ReportOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const answer = await reports.models({ ...question.range, ...question.filters })
  const { models } = answer
  const nothing = models.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const names = groupNames(
    models.map(({ model }) => model),
    'model',
  )
  const listing: Listing = {
    rows: modelRows(answer),
    document: documentOf(answer, scope, question.now),
    title: ['Models', rangeTitle(question, false), scopeTitle(scope), filterText(question)],
    right: question.range.tz,
    isEmpty: models.length === 0,
    table: (style) => ({
      columns: [
        nameColumn(
          'MODEL',
          models.map(({ model }) => names.get(model) ?? model),
          style,
        ),
        countColumn(
          'TOKENS',
          models.map((row) => row.total_tokens),
          options,
        ),
        costColumn(models, style),
        ...contractColumn(models, answer, style),
        shareColumn(models, 7),
        countColumn(
          'INPUT',
          models.map((row) => row.input_tokens),
          options,
          2,
        ),
        countColumn(
          'OUTPUT',
          models.map((row) => row.output_tokens),
          options,
          6,
        ),
        countColumn(
          'WRITES',
          models.map((row) => row.cache_creation_tokens),
          options,
          3,
        ),
        countColumn(
          'READS',
          models.map((row) => row.cache_read_tokens),
          options,
          4,
        ),
        cachedColumn(models, 5),
      ],
      bars: { heading: '', amounts: models.map((row) => row.total_tokens) },
    }),
    notes: (style) => nothing?.(style) ?? costNotes(models, answer, options, style),
  }
  return printListing(listing, options, surroundings)
}
