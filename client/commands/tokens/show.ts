import type { AnswerOf, Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { printNote } from '../../terminal/messages.ts'
import { type Style, styleFor, wantsSentences } from '../../terminal/style.ts'
import { drawnUsage } from './days.ts'
import { type TokensOptions, type TokensQuestion, tokensQuestion } from './question.ts'
import { isWide, type Screen, screenLines } from './screen.ts'
import { nothingSentences, type TokensScope } from './sentences.ts'
import { spokenLines } from './spoken.ts'
import { csv, json, tsv } from './tables.ts'

export type { TokensOptions } from './question.ts'
export type { TokensScope } from './sentences.ts'

/**
 * `forge tokens`: the tokens of each day, for a person at a terminal, a person who listens, or a program. It only asks
 * and draws; whether the answers come from this machine or from a server is in `reports` and said by `scope`.
 * Throws `invalid-request` for options that mean nothing, before anything is asked.
 */
export async function showTokens(
  reports: Reports,
  options: TokensOptions,
  scope: TokensScope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = tokensQuestion(options, surroundings)
  const { stdout, stderr } = surroundings
  const context = { reports, question, scope }
  for (const note of scope.notes ?? []) printNote(note, surroundings, options)
  const format = formatFor(options, surroundings)
  switch (format) {
    case 'json':
      stdout.write(await jsonText(context, stdout.isTTY ? 2 : 0))
      return 0
    case 'csv':
    case 'tsv': {
      const answer = await usageOf(context)
      stdout.write(format === 'csv' ? csv(answer) : tsv(answer))
      if (!options.quiet && drawnUsage(answer).isEmpty) {
        const said = nothingSentences(context, await reports.totals({ tz: question.range.tz }))
        stderr.write(`${said.join(' ')}\n`)
      }
      return 0
    }
    case 'sentences':
      return print(
        spokenLines(await askForScreen(context, { withSessions: false }), options, styleOf(options, surroundings)),
      )
    case 'screen': {
      const style = styleOf(options, surroundings)
      return print(screenLines(await askForScreen(context, { withSessions: isWide(style) }), options, style))
    }
  }

  function print(lines: readonly string[]): ExitCode {
    stdout.write(lines.map((line) => `${line}\n`).join(''))
    return 0
  }
}

type Format = 'json' | 'csv' | 'tsv' | 'sentences' | 'screen'

interface Context {
  readonly reports: Reports
  readonly question: TokensQuestion
  readonly scope: TokensScope
}

/** What someone asked for by a flag; else rows for a program, and sentences or a picture for a person. */
function formatFor({ json, csv, plain, accessible }: TokensOptions, surroundings: Surroundings): Format {
  if (json) return 'json'
  if (csv) return 'csv'
  if (plain) return 'tsv'
  if (accessible) return 'sentences'
  if (!surroundings.stdout.isTTY) return 'tsv'
  return wantsSentences(surroundings) ? 'sentences' : 'screen'
}

function styleOf(options: TokensOptions, surroundings: Surroundings): Style {
  return styleFor(surroundings.stdout, surroundings, options)
}

function usageOf({ reports, question: { range, by } }: Context): Promise<AnswerOf<'usage'>> {
  return reports.usage({ ...range, by })
}

/** Everything that a screen tells, asked at once: over a network the slowest answer is the only wait. */
async function askForScreen(context: Context, { withSessions }: { withSessions: boolean }): Promise<Screen> {
  const { reports, question, scope } = context
  const [answer, before, { machines }, sessions] = await Promise.all([
    usageOf(context),
    reports.totals(question.before),
    reports.machines({}),
    withSessions ? sessionCounts(context) : undefined,
  ])
  const usage = drawnUsage(answer)
  const history = usage.isEmpty ? await reports.totals({ tz: question.range.tz }) : undefined
  return { question, scope, usage, before, machines, sessions, history }
}

async function sessionCounts({ reports, question: { range } }: Context): Promise<Screen['sessions']> {
  const [{ days }, { total_sessions }] = await Promise.all([reports.daily(range), reports.totals(range)])
  return { days, total: total_sessions }
}

async function jsonText(context: Context, indent: number): Promise<string> {
  const { reports, question, scope } = context
  const [usage, totals, { machines }] = await Promise.all([
    usageOf(context),
    reports.totals(question.range),
    reports.machines({}),
  ])
  return json({ usage, totals, machines, source: scope.kind, now: question.now }, indent)
}
