import type { AnswerOf } from '../../../core/report-specs.ts'
import type { Surroundings } from '../../surroundings.ts'
import { styleFor } from '../../terminal/style.ts'
import { drawnUsage } from './days.ts'
import type { TokensOptions } from './question.ts'
import { type Screen, screenLines } from './screen.ts'
import { nothingSentences } from './sentences.ts'
import { type TokensContext, usageOf } from './show.ts'
import { spokenLines } from './spoken.ts'
import { showSquares } from './squares.ts'

/** `forge tokens` for a person: a picture, or sentences. */
export async function drawTokens(
  context: TokensContext,
  format: 'screen' | 'sentences',
  options: TokensOptions,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const { question, reports } = context
  const style = styleFor(surroundings.stdout, surroundings, options)
  if (format === 'sentences') return spokenLines(await askForScreen(context), options, style)
  if (question.isHeatmap && reports.heatmap !== undefined) {
    return showSquares({ ...context, heatmap: reports.heatmap }, options, style)
  }
  return screenLines(await askForScreen(context), options, style)
}

/** What to say beside rows in which there is nothing; no sentence where there is something. */
export async function sentencesOfNothing(context: TokensContext, answer: AnswerOf<'usage'>): Promise<string[]> {
  if (!drawnUsage(answer).isEmpty) return []
  return nothingSentences(context, await context.reports.totals({ tz: context.question.range.tz }))
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
