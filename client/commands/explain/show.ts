import { startOfDay } from '../../../core/calendar.ts'
import { addDays } from '../../../core/day.ts'
import { isModelNamed } from '../../../core/prices/named-model.ts'
import { listPrices } from '../../../core/prices/price-book.ts'
import { Problem } from '../../../core/problem.ts'
import type { AnswerOf, Reports } from '../../../core/report-specs.ts'
import type { UsageEvent } from '../../../core/usage-event.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { styleFor } from '../../terminal/style.ts'
import { type Sentences, whyNothing } from '../report/nothing.ts'
import { formatOf, type ReportOptions } from '../report/options.ts'
import { csv, json, markdown, tsv } from '../../../core/table-text.ts'
import type { Scope } from '../report/run.ts'
import { countDuplicates, type Duplicates } from './duplicates.ts'
import { eventText } from './event-text.ts'
import { priceRows } from './price-lines.ts'
import { rangeText } from './range-text.ts'
import type { Subject } from './subject.ts'

export type ExplainOptions = ReportOptions

export interface Asked {
  readonly subject: Subject
  readonly options: ExplainOptions
  readonly scope: Scope
}

/** All that an explanation of days tells. */
export interface RangeFacts {
  readonly answer: AnswerOf<'explain'>
  readonly totals: AnswerOf<'totals'>
  readonly machines: AnswerOf<'machines'>['machines']
  readonly coverage: AnswerOf<'coverage'>['machines']
  /** Of this machine, from the transcripts that are still there. */
  readonly duplicates: Duplicates | undefined
  /** What to say where there is nothing to explain. */
  readonly nothing: Sentences | undefined
}

export async function showExplanation(reports: Reports, asked: Asked, surroundings: Surroundings): Promise<ExitCode> {
  return asked.subject.kind === 'event'
    ? explainEvent(reports, asked, asked.subject.event, surroundings)
    : explainRange(reports, asked, surroundings)
}

async function explainEvent(
  reports: Reports,
  { options, scope, subject }: Asked,
  event: string,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const answer = await reports.explain({ ...subject.question.range, event })
  if (answer.event === null) {
    throw new Problem('not-found', `No event ${event} is known ${scope.kind === 'local' ? 'here' : 'on the server'}.`, {
      hint: 'A response that Claude Code deleted before it was read is not known anywhere.',
    })
  }
  const { stdout } = surroundings
  const style = styleFor(stdout, surroundings, options)
  return print(asked(answer, scope, subject), answer, eventText(answer, subject.question, style), options, surroundings)
}

async function explainRange(
  reports: Reports,
  { options, scope, subject }: Asked,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { question } = subject
  const { range, filters } = question
  const query = { ...range, ...filters }
  const [answer, totals, { machines }, coverage] = await Promise.all([
    reports.explain(query),
    reports.totals(query),
    reports.machines(query),
    reports.coverage(query),
  ])
  const within = { starts: startOfDay(range.from, range.tz), ends: startOfDay(addDays(range.to, 1), range.tz) }
  // Transcripts know machines, projects and accounts by other names than a filter has.
  const { model, ...others } = filters
  const duplicates =
    Object.keys(others).length > 0 ? undefined : countDuplicates(surroundings, within, modelFilter(model))
  const isEmpty = totals.total_tokens === 0 && totals.message_count === 0 && answer.figures.length === 0
  const facts: RangeFacts = {
    answer,
    totals,
    machines,
    coverage: coverage.machines,
    duplicates,
    nothing: isEmpty ? await whyNothing(reports, { question, scope }) : undefined,
  }
  const style = styleFor(surroundings.stdout, surroundings, options)
  const document = { ...asked(answer, scope, subject), totals, machines, coverage: coverage.machines, duplicates }
  return print(document, answer, rangeText(facts, { question, scope }, options, style), options, surroundings)
}

function asked(answer: AnswerOf<'explain'>, scope: Scope, { question }: Subject): Record<string, unknown> {
  return { as_of: new Date(question.now).toISOString(), source: scope.kind, ...answer }
}

function modelFilter(models: readonly string[] | undefined): (sighting: UsageEvent) => boolean {
  return models === undefined ? () => true : ({ model }) => isModelNamed(model, models, listPrices())
}

function print(
  document: Record<string, unknown>,
  answer: AnswerOf<'explain'>,
  lines: readonly string[],
  options: ExplainOptions,
  surroundings: Surroundings,
): ExitCode {
  const { stdout } = surroundings
  const format = formatOf(options, surroundings)
  if (format === 'json') stdout.write(json(document, stdout.isTTY ? 2 : 0))
  else if (format === 'csv' || format === 'markdown') stdout.write({ csv, markdown }[format](priceRows(answer)))
  else if (format === 'tsv' && options.plain) stdout.write(tsv(priceRows(answer)))
  // An explanation is a text: also behind a pipe, unless rows are asked for.
  else stdout.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}
