import { flow } from '../client/terminal/text.ts'

/** Examples below each command's own help, in 80 columns. */

const WIDTH = 80
/** Longer commands do not move what is said of the others. */
const LONGEST = 38

function examples(...lines: readonly [command: string, about: string][]): string {
  const indent = Math.max(0, ...lines.map(([command]) => command.length).filter((length) => length <= LONGEST)) + 5
  return `\nExamples:\n${lines.flatMap((line) => exampleLines(line, indent)).join('\n')}`
}

function exampleLines([command, about]: readonly [command: string, about: string], indent: number): string[] {
  const [first = '', ...more] = flow([about], WIDTH - indent)
  const rest = more.map((line) => ' '.repeat(indent) + line)
  if (command.length + 5 > indent)
    return [`  ${command}`, ...(about === '' ? [] : [' '.repeat(indent) + first, ...rest])]
  return [`  ${command.padEnd(indent - 2)}${first}`.trimEnd(), ...rest]
}

function said(sentence: string): string {
  return `\n\n${flow([sentence], WIDTH).join('\n')}`
}

const EXIT_CODES =
  'Exit codes: 0 done, 1 failed, 2 wrong usage, 4 not signed in, 5 server not reachable (everything is kept)'

/** The examples of a command; empty where it has none. Made when they are asked for: text that is laid out takes a while. */
export function helpExamples(command: string): string {
  return allExamples()[command] ?? ''
}

const allExamples = (): Readonly<Record<string, string>> => ({
  tokens:
    examples(
      ['forge tokens', 'the last 7 days, by model'],
      ['forge tokens -d 30 --by machine', 'the last 30 days, by machine'],
      ['forge tokens --metric cost --compare', "each day's cost, and that of the week before"],
      ['forge tokens -d 180', 'half a year, as squares'],
      ['forge tokens --since monday --tz Asia/Tokyo', ''],
      ['forge tokens --local --json', 'this machine only, for a program'],
    ) + said(EXIT_CODES),
  today: examples(
    ['forge today', 'today so far'],
    ['forge today --date yesterday', 'the day before'],
    ['forge today --machine studio', 'of one machine'],
  ),
  week: examples(['forge week', 'from Monday on'], ['forge week --by project', 'divided by project']),
  month: examples(
    ['forge month', 'from the 1st on'],
    ['forge month --every week --metric cost', 'its weeks, in dollars'],
  ),
  heatmap: examples(['forge heatmap', 'the last year'], ['forge heatmap --metric cost', 'in dollars']),
  punchcard: examples(
    ['forge punchcard', '12 weeks'],
    ['forge punchcard --since 2026-01-01 --project shop', 'a year, of one project'],
    ['forge punchcard --metric messages', 'prompts and responses instead of tokens'],
  ),
  models: examples(
    ['forge models', 'the last 30 days'],
    ['forge models --since 2026-01-01 --csv', 'a year, for a sheet'],
  ),
  machines: examples(
    ['forge machines', 'the last 7 days'],
    ['forge machines -d 30 --json', 'for a program'],
    ['forge machines rename dev-3 desk', 'what it is called from now on'],
    ['forge machines merge old-mbp studio', 'two that are one; shows what changes, and asks'],
    ['forge machines undo', 'take the latest change back, within 7 days'],
  ),
  projects: examples(['forge projects', 'the last 30 days'], ['forge projects --markdown', 'to paste into an issue']),
  sessions: examples(
    ['forge sessions', 'the latest 20'],
    ['forge sessions --project shop --all', 'all of one project'],
  ),
  blocks: examples(['forge blocks', 'of 7 days'], ['forge blocks -d 1', 'today']),
  migrate: examples(
    ['forge migrate --from sqlite:usage.db --to postgres://forge@db/claudeforge', ''],
    ['forge migrate --from postgres://forge@db/claudeforge --to sqlite:usage.db', 'and back'],
  ),
  explain: examples(
    ['forge explain', 'today: parts, prices, duplicates'],
    ['forge explain 2026-11-20', 'a day'],
    ['forge explain claude-opus-5', 'what a model cost in 30 days'],
    ['forge explain msg_01AbC…', 'one response, by its id'],
  ),
  sync:
    examples(
      ['forge sync', 'what a timer or hook calls'],
      ['forge sync --status', 'what is waiting'],
      ['forge sync --dry-run', 'exactly what would leave this machine'],
      ['forge sync --export usage.ndjson', 'to be carried to a machine that reaches the server'],
    ) + said(EXIT_CODES),
  doctor: examples(
    ['forge doctor', 'step by step, with what to do'],
    ['forge doctor --fix', 'hooks, timer, paths and modes'],
    ['forge doctor --report', 'for an issue, without names and keys'],
  ),
  status:
    examples(['forge status', 'in sync? by itself? what waits?'], ['forge status --short', '● 997K $2.00 5h 78%']) +
    said('Exit codes: 0 in sync, 4 not signed in, 5 server not reachable (everything is kept), 1 other'),
  install: examples(
    ['forge install', 'hooks and a timer, after you have agreed'],
    ['forge install --dry-run', 'every line that would change'],
    ['forge install --statusline', 'plan limits, around your present status line'],
  ),
  uninstall: examples(['forge uninstall', 'all of it'], ['forge uninstall --timer', 'the timer alone']),
  limits: examples(
    ['forge limits', 'how full, when it resets, and at this pace'],
    ['forge limits --json', 'for a program'],
  ),
  top: examples(
    ['forge top', 'q leaves, ? tells the other keys'],
    ['forge top --by machine', 'a row for each machine'],
    ['forge top --once', 'one picture of it'],
  ),
  mcp: examples(['claude mcp add claudeforge -- forge mcp', 'lets Claude Code ask']),
  line: examples(
    ['forge line --format tmux', 'for status-right of tmux'],
    ['forge line --format waybar', 'for a custom module of waybar'],
    ['forge line --format "{5h} {cost}"', 'words of your own'],
  ),
  statusline: examples(['forge install --statusline', 'puts it into Claude Code, around the one that is there']),
  pause: examples(['forge pause 2h', 'two hours of quiet'], ['forge pause', 'until forge resume']),
  resume: examples(['forge resume', 'what waits goes with the next run']),
  log: examples(['forge log -n 50', 'the last 50 runs'], ['forge log -f', 'and what comes next']),
  verify: examples(
    ['forge verify', 'reads every transcript again, writes nothing'],
    ['forge verify --repair', 'and puts right what is missing'],
  ),
  export: examples(
    ['forge export -o usage.ndjson', 'everything, a line each'],
    ['forge export --csv --since 30d', 'events of 30 days, for a sheet'],
  ),
  import: examples(
    ['forge import ccusage.json', 'what it would add'],
    ['forge import ccusage.json --yes', 'adds it'],
    ['forge import usage.db --yes', 'the Python original’s days'],
    ['forge import usage.ndjson --yes', 'what forge sync --export wrote elsewhere'],
    ['forge import --undo', 'takes the latest out again'],
  ),
  setup: examples(['forge setup', 'for a person at a terminal; it can be run again']),
  login:
    examples(
      ['forge login http://nas:8420', 'shows a code, to be approved at the server'],
      ['forge login nas:8420 --code KZTW-QRDN', 'with the code of forge invite'],
      ['forge login URL --key-stdin < key', 'with a key of your own, or FORGE_API_KEY'],
      ['forge login URL --non-interactive', 'for programs: JSON, then forge login --complete'],
    ) + said('Exit codes: 0 done, 1 failed, 2 wrong usage, 4 refused, 5 server not reachable'),
  invite: examples(
    ['forge invite', 'for one machine, within 15 minutes'],
    ['forge invite laptop --json', 'for a program'],
  ),
  approve: examples(
    ['forge approve WDJB-MJHT', 'shows who asks, and asks for the number'],
    ['forge approve WDJB-MJHT --number 47', 'for a program'],
    ['forge approve WDJB-MJHT --deny', 'turns it down'],
  ),
  config:
    examples(
      ['forge config show', ''],
      ['forge config set hostname studio', ''],
      ['forge config set project-names hashed', ''],
    ) +
    said(
      'Variables win over the file: FORGE_SERVER_URL, FORGE_API_KEY, FORGE_HOSTNAME, FORGE_PROJECT_NAMES, FORGE_PROJECT_SECRET',
    ),
  key: examples(
    ['forge key list', 'what may come in, and when it last did'],
    ['forge key add "status bar"', 'a key that may read'],
    ['forge key add ci --kind ingest', 'one that may only send'],
    ['forge key rotate', 'a new key for this machine'],
  ),
  'setup-link': examples(
    ['forge setup-link', 'open it within 15 minutes, in one browser'],
    ['forge setup-link --data /srv/forge', 'of a server whose data are elsewhere'],
  ),
  serve: examples(
    ['forge serve', 'on http://127.0.0.1:8420, data in ~/.claudeforge/server'],
    ['forge serve --host 0.0.0.0', 'reachable by other machines of this network'],
    ['FORGE_API_KEY=… forge serve', 'with a key of your own instead of a made one'],
  ),
})
