import { Command, type CommandUnknownOpts, CommanderError } from '@commander-js/extra-typings'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { addAccess } from './access-commands.ts'
import type { Adding } from './adding.ts'
import { addConfig } from './config-commands.ts'
import { rootHelp } from './help.ts'
import { helpExamples } from './help-examples.ts'
import { addIntegrations } from './integration-commands.ts'
import { addLedger } from './ledger-commands.ts'
import { addReports } from './report-commands.ts'
import { addServer } from './server-commands.ts'
import { addSyncing } from './sync-commands.ts'
import { usageError } from './usage-error.ts'

/**
 * Every command: its flags in the files beside this one, its work in `client/commands` or `server`, loaded only when it
 * is called. Ends with an exit code, never the process.
 */
export async function runCommand(
  argv: readonly string[],
  name: string,
  version: string,
  surroundings: Surroundings,
): Promise<ExitCode> {
  let exit: ExitCode = 0
  const program = buildProgram(name, version, surroundings, (code) => {
    exit = code
  })
  try {
    if (argv[2] === 'completion' || argv[2] === 'complete') await addCompletion(program)
    await program.parseAsync(argv as string[])
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

function buildProgram(
  name: string,
  version: string,
  surroundings: Surroundings,
  finish: (code: ExitCode) => void,
): Command {
  const program = new Command(name)
    .description('Claude Code usage from all your machines.')
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'print the whole of an unexpected error')
    .helpCommand(true)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      outputError: (text, write) => write(usageError(text, name, program.commands)),
      getOutHelpWidth: () => surroundings.stdout.columns ?? 80,
      getErrHelpWidth: () => surroundings.stderr.columns ?? 80,
    })
  program.helpInformation = () => `${rootHelp(name)}\n`
  const adding: Adding = { program: program as Command, surroundings, version, finish }
  addReports(adding)
  addSyncing(adding)
  addIntegrations(adding)
  addLedger(adding)
  addConfig(adding)
  addServer(adding)
  addAccess(adding)
  for (const command of program.commands) inherit(command, program)
  return program as Command
}

/** Sub-commands made before the settings above do not see them. */
function inherit(command: CommandUnknownOpts, parent: CommandUnknownOpts): void {
  command.copyInheritedSettings(parent)
  command.addHelpText('after', () => helpExamples(command.name()))
  for (const child of command.commands) inherit(child, command)
}

async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander')
  tab(program as never, { completionCommandName: 'completion' })
}
