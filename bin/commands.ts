import {
  Command,
  type CommandUnknownOpts,
  CommanderError,
  InvalidArgumentError,
  Option,
} from '@commander-js/extra-typings'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { HELP_EXAMPLES, rootHelp } from './help.ts'

/**
 * Every command: its flags here, its work in `client/commands` or `server`, loaded only when it is called. Ends with an
 * exit code, never the process.
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

type Finish = (code: ExitCode) => void

function buildProgram(name: string, version: string, surroundings: Surroundings, finish: Finish): Command {
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
      outputError: (text, write) => write(usageError(text, name)),
    })
  program.helpInformation = () => `${rootHelp(name)}\n`
  addTokens(program, surroundings, finish)
  addSync(program, surroundings, finish)
  addConfig(program, surroundings, finish)
  addServe(program, surroundings, version)
  for (const command of program.commands) inherit(command, program)
  return program as Command
}

/** Sub-commands made before the settings above do not see them. */
function inherit(command: CommandUnknownOpts, parent: CommandUnknownOpts): void {
  command.copyInheritedSettings(parent)
  command.addHelpText('after', HELP_EXAMPLES[command.name()] ?? '')
  for (const child of command.commands) inherit(child, command)
}

function addTokens(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('tokens')
    .description('graph of the tokens of the last 7 days, over all machines')
    .option('-d, --days <n>', 'so many days, ending today', wholeNumber)
    .option('--since <day>', 'first day: 2026-11-01, 7d, yesterday, monday')
    .option('--until <day>', 'last day (today)')
    .addOption(new Option('--by <what>', 'divide by').choices(['model', 'machine', 'project', 'type'] as const))
    .option('--tz <zone>', 'days of this time zone (IANA name)')
    .option('--local', 'this machine only, without a server')
    .option('--json', 'one JSON object')
    .option('--csv', 'comma-separated')
    .option('--plain', 'tab-separated, as in a pipe')
    .option('--full', 'whole numbers instead of 3.55M')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .option('--accessible', 'sentences instead of bars')
    .option('-q, --quiet', 'without the lines below the graph')
    .action(async (options) => {
      const { tokensCommand } = await import('../client/commands/tokens.ts')
      finish(await tokensCommand(options, surroundings))
    })
}

function addSync(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('sync')
    .description('read what is new here, and send it to your server')
    .option('--force', 'read every file again and send everything; nothing is counted twice')
    .option('--status', 'what is waiting, and how the last sync went')
    .option('--retry', 'only send what is waiting')
    .option('--dry-run', 'print the exact bytes that would be sent, and send nothing')
    .option('--json', 'one JSON object')
    .option('-q, --quiet', 'nothing but errors')
    .action(async (options) => {
      const { syncCommand } = await import('../client/commands/sync.ts')
      finish(await syncCommand(options, surroundings))
    })
}

function addConfig(program: Command, surroundings: Surroundings, finish: Finish): void {
  const config = program.command('config').description('settings of this machine')
  config
    .command('show')
    .description('every setting and where it comes from')
    .option('--json', 'one JSON object')
    .action(async (options) => {
      const { showConfig } = await import('../client/commands/config.ts')
      finish(showConfig(options, surroundings))
    })
  config
    .command('set')
    .description('change a setting: server-url, api-key, hostname')
    .argument('<key>', 'server-url, api-key or hostname')
    .argument('<value>', 'its new value; "" removes it')
    .action(async (key, value) => {
      const { setConfig } = await import('../client/commands/config.ts')
      finish(await setConfig(key, value, surroundings))
    })
}

function addServe(program: Command, surroundings: Surroundings, version: string): void {
  program
    .command('serve')
    .description('start your server')
    .option('-p, --port <port>', 'port (FORGE_PORT, 8420)')
    .option('--host <address>', 'address to listen on (FORGE_HOST, 127.0.0.1)')
    .option('--data <folder>', 'where data are kept (FORGE_DATA_DIR, ~/.claudeforge/server)')
    .option('--with-this-machine', "read this machine's usage too and sync it here")
    .action(async (options) => {
      const { serveCommand } = await import('./serve.ts')
      await serveCommand(options, surroundings, version)
    })
}

async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander')
  tab(program as never, { completionCommandName: 'completion' })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number, such as 7.')
  return Number(text)
}

/** Commander's one-line errors, in our form: what is wrong, what was perhaps meant, where to look. */
function usageError(text: string, name: string): string {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n')
  const unknown = /^unknown command '(.*)'/.exec(first)
  const suggestion = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(' '))?.[1]
  const what = unknown === null ? sentence(first) : `“${unknown[1]}” is not a ${name} command.`
  const meant = suggestion === undefined ? '' : ` Did you mean “${suggestion}”?`
  return `✗ ${what}${meant}\n  All commands: ${name} --help\n`
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
