import type { Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { styleFor } from '../../terminal/style.ts'
import { formatOf } from '../report/options.ts'
import { csv, json, markdown, tsv } from '../../../core/table-text.ts'
import type { Scope } from '../report/run.ts'
import { drawnUsage } from './days.ts'
import { showSquares } from './squares.ts'
import { type TokensOptions, type TokensQuestion, tokensQuestion } from './question.ts'
import { type Screen, screenLines } from './screen.ts'
import { nothingSentences } from './sentences.ts'
import { spokenLines } from './spoken.ts'
import { usageDocument, usageRows } from './tables.ts'

export type { TokensOptions } from './question.ts'

/**
 * `forge tokens`: the usage of each day, for a person at a terminal, a person who listens, or a program. It only asks
 * and draws; whether the answers come from this machine or from a server is in `reports` and said by `scope`.
 * Throws `invalid-request` for options that mean nothing, before anything is asked.
 */
export async function showTokens(
  reports: Reports,
  options: TokensOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = tokensQuestion(options, surroundings)
  const { stdout, stderr } = surroundings
  const context = { reports, question, scope, compare: options.compare ?? false }
  const format = formatOf(options, surroundings)
  const style = styleFor(stdout, surroundings, options)
  switch (format) {
    case 'json':
      stdout.write(json(await documentOf(context), stdout.isTTY ? 2 : 0))
      return 0
    case 'csv':
    case 'markdown':
    case 'tsv': {
      const answer = await usageOf(context)
      const print = { csv, markdown, tsv }[format]
      stdout.write(print(usageRows(answer)))
      if (!options.quiet && drawnUsage(answer).isEmpty) {
        const said = nothingSentences(context, await reports.totals({ tz: question.range.tz }))
        stderr.write(`${said.join(' ')}\n`)
      }
      return 0
    }
    case 'sentences':
      return printLines(spokenLines(await askForScreen(context), options, style))
    case 'screen':
      if (question.isHeatmap) return printLines(await showSquares(context, options, style))
      return printLines(screenLines(await askForScreen(context), options, style))
  }

  function printLines(lines: readonly string[]): ExitCode {
    stdout.write(lines.map((line) => `${line}\n`).join(''))
    return 0
  }
}

export interface TokensContext {
  readonly reports: Reports
  readonly question: TokensQuestion
  readonly scope: Scope
  readonly compare: boolean
}

function usageOf({ reports, question, compare }: TokensContext) {
  const { range, by, every, filters } = question
  return reports.usage({ ...range, ...filters, by, every, ...(compare ? { compare: 'previous' } : {}) })
}

/** Everything that a screen tells, asked at once: over a network the slowest answer is the only wait. */
async function askForScreen(context: TokensContext): Promise<Screen> {
  const { reports, question, scope } = context
  const { range, before, filters, every, metric } = question
  const [answer, previous, { machines }, whole, counted] = await Promise.all([
    usageOf(context),
    reports.totals({ ...before, ...filters }),
    reports.machines(range),
    reports.totals({ ...range, ...filters }),
    reports.usage({ ...range, ...filters, by: 'none', every }),
  ])
  const usage = drawnUsage(answer, metric)
  const sessions = drawnUsage(counted, 'sessions').days.map(({ sums }) => sums.session_count)
  const history = usage.isEmpty ? await reports.totals({ tz: range.tz }) : undefined
  return {
    question,
    scope,
    usage,
    answer,
    before: previous,
    machines,
    history,
    sessions: {
      rows: sessions,
      total: whole.session_count,
    },
    previous: answer.previous && drawnUsage(answer.previous, metric),
  }
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
