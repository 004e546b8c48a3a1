import type { AnswerOf } from '../../../core/report-specs.ts'
import { type Sentences, whyNothing } from '../report/nothing.ts'
import type { TokensContext } from './context.ts'
import type { Told } from './sentences.ts'

/** What stands below a graph, whatever it draws. */
export async function askForTold({ reports, question, scope }: TokensContext): Promise<Omit<Told, 'answer'>> {
  const { range, before, filters } = question
  const [totals, totalsBefore, { gaps }, { machines }] = await Promise.all([
    reports.totals({ ...range, ...filters }),
    reports.totals({ ...before, ...filters }),
    reports.usage({ ...before, ...filters, by: 'none', every: 'month' }),
    reports.machines(range),
  ])
  return { question, scope, totals, before: { totals: totalsBefore, gaps }, machines }
}

/** There is nothing to draw: why, and whether there ever was anything. */
export interface Nothing {
  readonly sentences: Sentences
  readonly isFirstUse: boolean
}

export async function nothingOf(
  { reports, question, scope }: TokensContext,
  gaps: AnswerOf<'usage'>['gaps'],
): Promise<Nothing> {
  const { last_activity } = await reports.totals({ tz: question.range.tz })
  return { sentences: await whyNothing(reports, { question, scope, gaps }), isFirstUse: last_activity === null }
}
