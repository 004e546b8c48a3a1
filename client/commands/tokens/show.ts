import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { formatOf } from '../report/options.ts'
import { csv, json, markdown, tsv } from '../../../core/table-text.ts'
import type { Scope } from '../report/run.ts'
import { usageRows } from '../../../core/report-rows.ts'
import { type TokensContext, type TokensReports, usageOf } from './context.ts'
import { type TokensOptions, tokensQuestion } from './question.ts'
import { usageDocument } from './tables.ts'

export type { TokensReports } from './context.ts'
export type { TokensOptions } from './question.ts'

/**
 * `forge tokens`: the usage of each day, for a person at a terminal, a person who listens, or a program. It only asks
 * and draws; whether the answers come from this machine or from a server is in `reports` and said by `scope`.
 * Throws `invalid-request` for options that mean nothing, before anything is asked.
 */
export async function showTokens(
  reports: TokensReports,
  options: TokensOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = tokensQuestion(options, surroundings)
  const { stdout, stderr } = surroundings
  const context = { reports, question, scope, compare: options.compare ?? false }
  const format = formatOf(options, surroundings)
  if (format === 'json') {
    stdout.write(json(await documentOf(context), stdout.isTTY ? 2 : 0))
    return 0
  }
  if (format === 'screen' || format === 'sentences') {
    // Loaded only here: programs ask for rows, and what draws is three times as much.
    const { drawTokens } = await import('./draw.ts')
    const lines = await drawTokens(context, format, options, surroundings)
    stdout.write(lines.map((line) => `${line}\n`).join(''))
    return 0
  }
  const answer = await usageOf(context)
  const print = { csv, markdown, tsv }[format]
  stdout.write(print(usageRows(answer)))
  if (!options.quiet) {
    const { sentencesOfNothing } = await import('./draw.ts')
    const said = await sentencesOfNothing(context, answer, surroundings)
    if (said.length > 0) stderr.write(`${said.join(' ')}\n`)
  }
  return 0
}

async function documentOf(context: TokensContext): Promise<Record<string, unknown>> {
  const { reports, question, scope } = context
  const [usage, totals, { machines }] = await Promise.all([
    usageOf(context),
    reports.totals({ ...question.range, ...question.filters }),
    reports.machines(question.range),
  ])
  return usageDocument({ usage, totals, machines, source: scope.kind, now: question.now })
}
