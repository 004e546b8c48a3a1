import type { ExitCode, Surroundings } from '../surroundings.ts'
import { type ExplainOptions, showExplanation } from './explain/show.ts'
import { subjectOf } from './explain/subject.ts'
import { withReports } from './report/run.ts'

/** `forge explain [day|model|event]`: where a number comes from. */
export function explainCommand(
  what: string | undefined,
  options: ExplainOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  // Wrong usage is told before anything is read or sent.
  const subject = subjectOf(what, options, surroundings)
  return withReports(options, surroundings, (reports, scope) =>
    showExplanation(reports, { subject, options, scope }, surroundings),
  )
}
