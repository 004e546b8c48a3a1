import type { AnswerOf } from '../../../core/report-specs.ts'
import { askComparison } from '../report/comparison.ts'
import { type Sentences, whyNothing } from '../report/nothing.ts'
import type { TokensContext } from './context.ts'
import type { Told } from './sentences.ts'

/** What stands below a graph, whatever it draws. */
export async function askForTold({ reports, question, scope }: TokensContext): Promise<Omit<Told, 'answer'>> {
  const [compared, { machines }] = await Promise.all([
    askComparison(reports, question),
    reports.machines(question.range),
  ])
  return { question, scope, machines, ...compared }
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
