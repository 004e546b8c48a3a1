import type { ModelRow, Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { askComparison, beforeColumn, type ComparedList, comparedNotes, comparing } from '../report/comparison.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { type ComparedOptions, rangeQuestion } from '../report/options.ts'
import { modelRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { groupNames } from '../../../core/group-names.ts'
import { whyNothing } from '../report/nothing.ts'
import { columnsOf } from './columns.ts'
import { costNotes, headOf } from './parts.ts'

const DEFAULT_DAYS = 30

/** `forge models`: what each model has done and would cost. */
export async function showModels(
  reports: Reports,
  options: ComparedOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const [answer, sums] = await Promise.all([
    reports.models({ ...question.range, ...question.filters, ...comparing(options) }),
    options.compare ? askComparison(reports, question) : undefined,
  ])
  const { models, previous } = answer
  const nothing = models.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const names = groupNames(
    [...models, ...(previous?.models ?? [])].map(({ model }) => model),
    'model',
  )
  const list: ComparedList<ModelRow> = {
    question,
    rows: models,
    previous: previous?.models,
    sums,
    keyOf: ({ model }) => model,
    nameOf: ({ model }) => names.get(model) ?? model,
  }
  const listing: Listing = {
    ...headOf('Models', answer, { question, scope }),
    rows: modelRows(answer),
    isEmpty: models.length === 0,
    table: (style) => {
      const columns = columnsOf(models, options, style)
      return {
        columns: [
          columns.name('MODEL', list.nameOf),
          ...columns.usage(),
          ...beforeColumn(list, options),
          ...columns.contract(answer),
          columns.share(7),
          columns.count('INPUT', (row) => row.input_tokens, 2),
          columns.count('OUTPUT', (row) => row.output_tokens, 6),
          columns.count('WRITES', (row) => row.cache_creation_tokens, 3),
          columns.count('READS', (row) => row.cache_read_tokens, 4),
          columns.cached(5),
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) => [
      ...comparedNotes(list, options, style),
      ...(nothing?.(style) ?? costNotes(models, answer, options, style)),
    ],
  }
  return printListing(listing, options, surroundings)
}
