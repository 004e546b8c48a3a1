import type { ExitCode, Surroundings } from '../surroundings.ts'
import { emptyReports, isUntouched } from '../untouched.ts'
import type { Scope } from './report/run.ts'
import { tokensQuestion } from './tokens/question.ts'
import { showTokens, type TokensOptions, type TokensReports } from './tokens/show.ts'

/** `forge tokens`: the graph of the last days, over all machines. */
export async function tokensCommand(options: TokensOptions, surroundings: Surroundings): Promise<ExitCode> {
  // Wrong usage is told before anything is read or sent.
  tokensQuestion(options, surroundings)
  const show = (reports: TokensReports, scope: Scope) => showTokens(reports, options, scope, surroundings)
  if (!options.compare && isUntouched(surroundings)) {
    return show(emptyReports(surroundings), { kind: 'local', joined: false })
  }
  // Loaded only here: what reads, records and sends is most of the program.
  const { withReports } = await import('./report/run.ts')
  return withReports(options, surroundings, show)
}
