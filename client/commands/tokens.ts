import { Problem } from '../../core/problem.ts'
import { openMachineLedger, type Ledger } from '../../store/open.ts'
import { configuredServer, localReports } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { collectNotes } from '../collect-notes.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { exitCodeFor, printNote, printProblem } from '../terminal/messages.ts'
import { tokensQuestion } from './tokens/question.ts'
import { showTokens, type TokensOptions } from './tokens/show.ts'

/**
 * `forge tokens`: reads what is new, sends it, and shows all machines as the server knows them; with `--local`, or
 * without a server, this machine. When the server is away people still see this machine, and exit code 5 says so;
 * programs (`--json` and the like) get no half answer.
 */
export async function tokensCommand(
  options: TokensOptions & { readonly local?: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  // Wrong usage is told before anything is read or sent.
  tokensQuestion(options, surroundings)
  const config = readConfig(surroundings)
  for (const warning of config.warnings) printNote(warning, surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const collected = await collect(ledger, surroundings, { hostname: config.hostname })
    if (!options.quiet) for (const note of collectNotes(collected)) printNote(note, surroundings)
    const target = options.local ? undefined : await configuredServer(config, surroundings)
    if (target === undefined) return await showLocal(ledger, config, options, surroundings)
    try {
      const context = { ledger, surroundings, hostname: config.hostname, server_url: target.url }
      const { sync } = await import('../sync.ts')
      await sync(context, target.server)
      return await showTokens(target.server.reports, options, { kind: 'server', url: target.url }, surroundings)
    } catch (error) {
      if (!(error instanceof Problem) || exitCodeFor(error.code) !== 5 || isForPrograms(options, surroundings))
        throw error
      printProblem(error, surroundings)
      await showLocal(ledger, config, options, surroundings)
      return 5
    }
  } finally {
    await ledger.close()
  }
}

function showLocal(
  ledger: Ledger,
  config: Config,
  options: TokensOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const scope = { kind: 'local', joined: config.server_url !== undefined } as const
  return showTokens(localReports(ledger, surroundings), options, scope, surroundings)
}

function isForPrograms(options: TokensOptions, { stdout }: Surroundings): boolean {
  return options.json === true || options.csv === true || options.plain === true || !stdout.isTTY
}
