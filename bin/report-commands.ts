import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { ListName } from '../client/commands/lists.ts'
import { GROUPINGS } from '../core/grouping.ts'
import { METRICS } from '../core/metric.ts'
import { RECENT_GROUPINGS } from '../core/recent.ts'
import { type Adding, wholeNumber } from './adding.ts'
import { GRAPHS, withPreset } from './graphs.ts'
import { addMachineChanges } from './machine-commands.ts'

/** The commands that read: graphs, lists, the live view, and where a number comes from. */
export function addReports(adding: Adding): void {
  addTokens(adding)
  addLists(adding)
  addTop(adding)
  addExplain(adding)
}

/** The graphs: `forge tokens`, and the same with days of its own under a name of its own. */
function addTokens({ program, surroundings, finish }: Adding): void {
  for (const [name, { about, preset }] of Object.entries(GRAPHS)) {
    const isHeatmap = 'heatmap' in preset
    const options = [
      new Option('--by <what>', 'divide by').choices(GROUPINGS),
      new Option('--metric <what>', `what the ${isHeatmap ? 'squares' : 'bars'} show`).choices(METRICS),
      new Option('--every <length>', 'how long a row is').choices(['hour', 'day', 'week', 'month'] as const),
      new Option('--compare', 'the period before below each bar, or beside each row'),
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

function addLists({ program, surroundings, finish }: Adding): void {
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
    if (name === 'machines') addMachineChanges(command, { surroundings, finish })
    command.action(async (options: object) => {
      const { listCommand } = await import('../client/commands/lists.ts')
      finish(await listCommand(name, options, surroundings))
    })
  }
}

/** The live view, which is no report of days. */
function addTop({ program, surroundings, finish }: Adding): void {
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

function addExplain({ program, surroundings, finish }: Adding): void {
  const command = program
    .command('explain')
    .description('where a number comes from')
    .argument('[what]', 'a day (today), a model, or an event: its id, or msg_… of the response')
  addReportFlags(command).action(async (what: string | undefined, options: object) => {
    const { explainCommand } = await import('../client/commands/explain.ts')
    finish(await explainCommand(what, options, surroundings))
  })
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
