import {
  Command,
  type CommandUnknownOpts,
  CommanderError,
  InvalidArgumentError,
  Option,
} from '@commander-js/extra-typings'
import type { ImportOptions } from '../client/commands/import.ts'
import type { VerifyOptions } from '../client/commands/verify.ts'
import type { ListName } from '../client/commands/lists.ts'
import { METRICS } from '../core/metric.ts'
import { CALLERS } from '../client/automatic/callers.ts'
import { LINE_FORMATS } from '../client/line/format-names.ts'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { GROUPINGS } from '../core/grouping.ts'
import { RECENT_GROUPINGS } from '../core/recent.ts'
import { addAccess } from './access-commands.ts'
import { addMachineChanges } from './machine-commands.ts'
import { GRAPHS, withPreset } from './graphs.ts'
import { rootHelp } from './help.ts'
import { helpExamples } from './help-examples.ts'
import { usageError } from './usage-error.ts'

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
      outputError: (text, write) => write(usageError(text, name, program.commands)),
      getOutHelpWidth: () => surroundings.stdout.columns ?? 80,
      getErrHelpWidth: () => surroundings.stderr.columns ?? 80,
    })
  program.helpInformation = () => `${rootHelp(name)}\n`
  addTokens(program, surroundings, finish)
  addLists(program, surroundings, finish)
  addTop(program, surroundings, finish)
  addExplain(program, surroundings, finish)
  addSync(program, surroundings, finish)
  addAutomatic(program, surroundings, finish, version)
  addVerify(program, surroundings, finish)
  addTransfer(program, surroundings, finish)
  addConfig(program, surroundings, finish)
  addServe(program, surroundings, version)
  addMigrate(program, surroundings)
  addSetupLink(program, surroundings)
  addAccess(program as Command, surroundings, finish, version)
  for (const command of program.commands) inherit(command, program)
  return program as Command
}

/** Sub-commands made before the settings above do not see them. */
function inherit(command: CommandUnknownOpts, parent: CommandUnknownOpts): void {
  command.copyInheritedSettings(parent)
  command.addHelpText('after', () => helpExamples(command.name()))
  for (const child of command.commands) inherit(child, command)
}

/** The flags that every command has which reads. */
function addReportFlags<T extends CommandUnknownOpts>(command: T): T {
  for (const option of REPORT_FLAGS()) command.addOption(option)
  return command
}

const REPORT_FLAGS = () => [
  new Option('-d, --days <n>', 'so many days, ending today').argParser(wholeNumber),
  new Option('--since <day>', 'first day: 2026-11-01, 7d, yesterday, monday'),
  new Option('--until <day>', 'last day (today)'),
  new Option('--tz <zone>', 'days of this time zone (IANA name)'),
  new Option('--machine <name>', 'only this machine; may be given again').argParser(list),
  new Option('--project <name>', 'only this project; may be given again').argParser(list),
  new Option('--model <name>', 'only this model; may be given again').argParser(list),
  new Option('--account <name>', 'only this account; may be given again').argParser(list),
  new Option('--local', 'this machine only, without a server'),
  new Option('--json', 'one JSON object'),
  new Option('--csv', 'comma-separated'),
  new Option('--plain', 'tab-separated, as in a pipe'),
  new Option('--markdown', 'a table of Markdown'),
  new Option('--full', 'whole numbers instead of 3.55M'),
  new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const),
  new Option('--ascii', 'no characters beyond ASCII'),
  new Option('--accessible', 'sentences instead of bars'),
  new Option('-q, --quiet', 'without the lines below the graph'),
]

function list(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

/** The graphs: `forge tokens`, and the same with days of its own under a name of its own. */
function addTokens(program: Command, surroundings: Surroundings, finish: Finish): void {
  for (const [name, { about, preset }] of Object.entries(GRAPHS)) {
    const isHeatmap = 'heatmap' in preset
    const options = [
      new Option('--by <what>', 'divide by').choices(GROUPINGS),
      new Option('--metric <what>', `what the ${isHeatmap ? 'squares' : 'bars'} show`).choices(METRICS),
      new Option('--every <length>', 'how long a row is').choices(['hour', 'day', 'week', 'month'] as const),
      new Option('--compare', 'the period before below each bar'),
    ]
    const command = program.command(name).description(about)
    // Squares cannot be divided: who asks for it anyway is told why, and what can.
    for (const option of options) command.addOption(option.hideHelp(isHeatmap && option.long !== '--metric'))
    addReportFlags(command).action(async (given: object) => {
      const { tokensCommand } = await import('../client/commands/tokens.ts')
      finish(await tokensCommand(withPreset(given, preset), surroundings))
    })
  }
}

/** Lists that say something beside those of the period before. */
const COMPARED: ReadonlySet<ListName> = new Set(['models', 'machines', 'projects'])

function addLists(program: Command, surroundings: Surroundings, finish: Finish): void {
  const lists: Readonly<Record<ListName, string>> = {
    today: 'the hours and models of today',
    models: 'what each model has done in 30 days',
    machines: 'what each machine has sent in 7 days, and how fresh it is',
    projects: 'where the tokens of 30 days went',
    sessions: 'the latest sessions: length, models, messages, cost',
    punchcard: 'at which hours of which weekdays of 12 weeks, a square for each',
    blocks: 'five-hour blocks of 7 days',
    limits: 'plan limits as Claude Code tells them, with pace and forecast',
  }
  for (const [name, about] of Object.entries(lists) as [ListName, string][]) {
    const command = addReportFlags(program.command(name).description(about))
    if (name === 'today') command.option('--date <day>', 'another day: yesterday, monday, 2026-11-20')
    if (name === 'sessions') {
      command
        .option('--limit <n>', 'so many sessions (20)', wholeNumber)
        .option('--all', 'every session')
        .option('--cursor <place>', 'the page after this place')
    }
    if (name === 'punchcard') command.addOption(new Option('--metric <what>', 'what the squares show').choices(METRICS))
    if (COMPARED.has(name)) command.option('--compare', 'beside the period before')
    if (name === 'machines') addMachineChanges(command, surroundings, finish)
    command.action(async (options: object) => {
      const { listCommand } = await import('../client/commands/lists.ts')
      finish(await listCommand(name, options, surroundings))
    })
  }
}

/** The live view, which is no report of days. */
function addTop(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('top')
    .description('live view of the last hour, over all machines')
    .addOption(new Option('--by <what>', 'a row for each').choices(RECENT_GROUPINGS))
    .option('--once', 'one picture, for tmux, a prompt or a screenshot')
    .addOption(new Option('--background').hideHelp())
  const ofDays = ['--days', '--since', '--until', '--csv', '--plain', '--markdown', '--full', '--quiet']
  for (const option of REPORT_FLAGS()) if (!ofDays.includes(option.long ?? '')) command.addOption(option)
  command.action(async (options: object) => {
    const { topCommand } = await import('../client/commands/top.ts')
    finish(await topCommand(options, surroundings))
  })
}

function addExplain(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('explain')
    .description('where a number comes from')
    .argument('[what]', 'a day (today), a model, or an event: its id, or msg_… of the response')
  addReportFlags(command).action(async (what: string | undefined, options: object) => {
    const { explainCommand } = await import('../client/commands/explain.ts')
    finish(await explainCommand(what, options, surroundings))
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
    .option('--export <file>', 'write them to a file, for a machine without a network')
    .option('--ephemeral', 'this machine is made for a job, and then gone')
    .option('--group <name>', 'machines of one group belong together')
    .option('--label <name>', 'what this machine is called this time')
    .option('--json', 'one JSON object')
    .option('-q, --quiet', 'nothing but errors')
    .option('--auto', 'what hooks and timers call: silent, one at a time, ends with 0 whatever happens')
    .addOption(
      new Option('--by <caller>')
        .choices(CALLERS)
        .default('hand' as const)
        .hideHelp(),
    )
    .action(async ({ auto, by, ...options }) => {
      if (auto) {
        const { automaticSyncCommand } = await import('./automatic-sync.ts')
        return finish(await automaticSyncCommand(by, surroundings))
      }
      const { syncCommand } = await import('../client/commands/sync.ts')
      return finish(await syncCommand(options, surroundings))
    })
}

/** Sync that goes by itself. */
function addAutomatic(program: Command, surroundings: Surroundings, finish: Finish, version: string): void {
  const parts = (verb: string) => [
    new Option('--hooks', `${verb} the hooks of Claude Code`),
    new Option('--timer', `${verb} the timer of the system`),
    new Option('--statusline', `${verb} the status line of Claude Code, which tells plan limits`),
    new Option('--yes', 'agree beforehand'),
    new Option('--dry-run', 'only show what would change'),
  ]
  const install = program
    .command('install')
    .description('sync by itself: hooks of Claude Code and a timer; shows every change and asks')
    .action(async (options: object) => {
      const { installCommand } = await import('../client/commands/install.ts')
      finish(await installCommand(options, surroundings))
    })
  const uninstall = program
    .command('uninstall')
    .description('take out again what install put into other programs’ files')
    .action(async (options: object) => {
      const { uninstallCommand } = await import('../client/commands/uninstall.ts')
      finish(await uninstallCommand(options, surroundings))
    })
  for (const option of parts('put in')) install.addOption(option)
  for (const option of parts('take out')) uninstall.addOption(option)
  program
    .command('pause')
    .description('send nothing by itself for a while; reading goes on')
    .argument('[length]', 'for how long: 30m, 2h, 7d (until forge resume)')
    .action(async (length) => {
      const { pauseCommand } = await import('../client/commands/pause.ts')
      finish(await pauseCommand(length, surroundings))
    })
  program
    .command('resume')
    .description('end a pause')
    .action(async () => {
      const { resumeCommand } = await import('../client/commands/pause.ts')
      finish(resumeCommand(surroundings))
    })
  program
    .command('status')
    .description('is this machine in sync, does it go by itself, and what waits?')
    .option('--short', 'one line, for prompts')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { statusCommand } = await import('../client/commands/status.ts')
      finish(await statusCommand(options, surroundings))
    })
  program
    .command('doctor')
    .description('looks at everything that can keep a sync from working, and says what to do')
    .option('--fix', 'put right what can be, after you have agreed')
    .option('--yes', 'agree beforehand')
    .option('--report', 'the same without names, addresses and keys, to be pasted into an issue')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { doctorCommand } = await import('../client/commands/doctor.ts')
      finish(await doctorCommand(options, { version }, surroundings))
    })
  program
    .command('mcp')
    .description('reports for a model: an MCP server on standard input and output, read-only')
    .action(async () => {
      const { mcpCommand } = await import('../client/commands/mcp.ts')
      finish(await mcpCommand(version, surroundings))
    })
  program
    .command('line')
    .description('today and the limits in one line, for prompts, bars and menus')
    .option('--format <what>', `${LINE_FORMATS.join(', ')}, or a template: "{5h} {tokens}"`, 'claude')
    .action(async (options) => {
      const { lineCommand } = await import('../client/commands/line.ts')
      finish(lineCommand(options, surroundings))
    })
  program
    .command('statusline')
    .description('a status line for Claude Code, which also takes in the limits that it tells')
    .addOption(new Option('--record').hideHelp())
    .action(async (options) => {
      const { statusLineCommand } = await import('../client/commands/statusline.ts')
      finish(await statusLineCommand(options, surroundings))
    })
  program
    .command('log')
    .description('what automatic sync did, the latest last')
    .option('-n, --lines <n>', 'so many runs (20)', wholeNumber)
    .option('-f, --follow', 'go on printing until Ctrl-C')
    .option('--json', 'a JSON object for each run')
    .action(async (options) => {
      const { logCommand } = await import('../client/commands/log.ts')
      finish(await logCommand(options, surroundings))
    })
}

function addVerify(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('verify')
    .description('is everything as the transcripts, the ledger and the server say?')
    .option('--repair', 'read and send again what is missing')
    .option('--local', 'this machine only, without a server')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { verifyCommand } = await import('../client/commands/verify.ts')
      finish(await verifyCommand(options as VerifyOptions, surroundings))
    })
}

/** In and out of the ledger by files. */
function addTransfer(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('export')
    .description('every event and day figure, as NDJSON or CSV')
    .option('--csv', 'events as CSV')
    .option('--figures', 'with --csv: day figures instead of events')
    .option('--since <day>', 'first day: 2026-11-01, 7d, monday')
    .option('--until <day>', 'last day (today)')
    .option('--tz <zone>', 'days of this time zone (IANA name)')
    .option('--local', 'this machine only, without a server')
    .option('-o, --output <file>', 'write to a file')
    .option('-q, --quiet', 'nothing but errors')
    .action(async (options) => {
      const { exportCommand } = await import('../client/commands/export.ts')
      finish(await exportCommand(options, surroundings))
    })
  program
    .command('import')
    .description('days from an export, from ccusage or from the Python original; shows them before it takes them')
    .argument('[file]', 'what forge export, or ccusage daily --json, wrote; or the original’s usage.db')
    .option('--yes', 'import it')
    .option('--machine <name>', 'whose days they are, where the file does not say')
    .option('--list', 'what was imported here')
    .option('--undo [id]', 'take an import out again (the latest)')
    .option('--json', 'one JSON object')
    .action(async (file, options) => {
      const { importCommand } = await import('../client/commands/import.ts')
      finish(await importCommand(file, options as ImportOptions, surroundings))
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
    .description('change a setting')
    .argument('<key>', 'server-url, api-key, hostname, project-names or project-secret')
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
    .option('--demo', 'a made-up year of three machines, to look around')
    .action(async (options) => {
      const { serveCommand } = await import('./serve.ts')
      await serveCommand(options, surroundings, version)
    })
}

function addSetupLink(program: Command, surroundings: Surroundings): void {
  program
    .command('setup-link')
    .description('a link that signs one more browser in, made on the server’s machine')
    .option('-p, --port <port>', 'port of the server (FORGE_PORT, 8420)')
    .option('--host <address>', 'address of the server (FORGE_HOST, 127.0.0.1)')
    .option('--data <folder>', 'where its data are kept (FORGE_DATA_DIR, ~/.claudeforge/server)')
    .action(async (options) => {
      const { setupLinkCommand } = await import('./setup-link.ts')
      await setupLinkCommand(options, surroundings)
    })
}

function addMigrate(program: Command, surroundings: Surroundings): void {
  program
    .command('migrate')
    .description("move a server's ledger from SQLite to PostgreSQL, or back")
    .requiredOption('--from <ledger>', 'sqlite:FILE or postgres://…; its server has to be stopped')
    .requiredOption('--to <ledger>', 'a new file or an empty database')
    .option('--json', 'one JSON object')
    .action(async (options) => {
      const { migrateLedger } = await import('../server/migrate.ts')
      await migrateLedger(options, surroundings)
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
