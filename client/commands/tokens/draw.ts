import { isDivisible, type Metric } from '../../../core/metric.ts'
import { besideEach } from '../../../core/paired-periods.ts'
import type { AnswerOf } from '../../../core/report-specs.ts'
import type { Surroundings } from '../../surroundings.ts'
import { styleFor } from '../../terminal/style.ts'
import { whyNothing } from '../report/nothing.ts'
import { askForTold, nothingOf } from './told.ts'
import { type TokensContext, usageOf } from './context.ts'
import { drawnUsage } from './days.ts'
import type { TokensOptions } from './question.ts'
import { type Screen, screenLines } from './screen.ts'
import { spokenSquares } from './spoken-squares.ts'
import { spokenLines } from './spoken.ts'
import { showSquares } from './squares.ts'

/** `forge tokens` for a person: a picture, or sentences. */
export async function drawTokens(
  context: TokensContext,
  format: 'screen' | 'sentences',
  options: TokensOptions,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const style = styleFor(surroundings.stdout, surroundings, options)
  const { by, metric } = context.question
  const asked = { ...context, question: { ...context.question, by: isDivisible(metric, by) ? by : ('none' as const) } }
  if (asked.question.isHeatmap) {
    return format === 'sentences' ? spokenSquares(asked, options, style) : showSquares(asked, options, style)
  }
  const screen = await askForScreen(asked)
  return format === 'sentences' ? spokenLines(screen, options, style) : screenLines(screen, options, style)
}

/** What to say beside rows in which there is nothing; no sentence where there is something. */
export async function sentencesOfNothing(
  context: TokensContext,
  { gaps, ...answer }: AnswerOf<'usage'>,
  surroundings: Surroundings,
): Promise<string[]> {
  if (!drawnUsage(answer).isEmpty) return []
  const why = await whyNothing(context.reports, { ...context, gaps })
  return why(styleFor(surroundings.stderr, surroundings))
}

/** Everything that a screen tells, asked at once: over a network the slowest answer is the only wait. */
async function askForScreen(context: TokensContext): Promise<Screen> {
  const { reports, question } = context
  const { range, filters, every, metric } = question
  const [answer, told, counted] = await Promise.all([
    usageOf(context),
    askForTold(context),
    reports.usage({ ...range, ...filters, by: 'none', every }),
  ])
  const usage = drawnUsage(answer, metric)
  return {
    ...told,
    answer,
    usage,
    nothing: usage.isEmpty ? await nothingOf(context, answer.gaps) : undefined,
    sessions: drawnUsage(counted, 'sessions').days.map(({ sums }) => sums.session_count),
    previous: previousOf(answer, metric),
  }
}

/** What each row has of the period before below it. */
function previousOf(answer: AnswerOf<'usage'>, metric: Metric): Screen['previous'] {
  const { every, previous } = answer
  if (previous === undefined) return undefined
  return besideEach(every, answer, { ...previous, periods: drawnUsage(previous, metric).days })
}
