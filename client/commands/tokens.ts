import type { ExitCode, Surroundings } from '../surroundings.ts'
import { withReports } from './report/run.ts'
import { tokensQuestion } from './tokens/question.ts'
import { showTokens, type TokensOptions } from './tokens/show.ts'

/** `forge tokens`: the graph of the last days, over all machines. */
export function tokensCommand(options: TokensOptions, surroundings: Surroundings): Promise<ExitCode> {
  // Wrong usage is told before anything is read or sent.
  tokensQuestion(options, surroundings)
  return withReports(options, surroundings, (reports, scope) => showTokens(reports, options, scope, surroundings))
}
