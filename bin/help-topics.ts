import { SETTINGS } from '../client/config.ts'
import { flow } from '../client/terminal/text.ts'
import { SERVER_SETTINGS, type ServerSetting } from '../server/config.ts'

/** What all commands share, explained: `forge help environment` and its like. */
export const TOPICS = {
  environment,
  'exit-codes': exitCodes,
  formatting,
  privacy,
} as const

export type Topic = keyof typeof TOPICS

export function isTopic(word: string): word is Topic {
  return Object.hasOwn(TOPICS, word)
}

/** A topic as text that fits into so many columns. */
export function helpOn(topic: Topic, width: number): string {
  const lines = TOPICS[topic]()
  const names = lines.flatMap((line) => (typeof line === 'string' ? [] : [line[0].length]))
  const indent = INDENT + Math.max(0, ...names) + GAP
  return lines.flatMap((line) => linesOf(line, Math.max(LEAST, width), indent)).join('\n')
}

/** A sentence, or a name with what it means; an empty text is an empty line. */
type Line = string | readonly [name: string, about: string]

const INDENT = 2
const GAP = 2
const LEAST = 60

function linesOf(line: Line, width: number, indent: number): string[] {
  if (typeof line === 'string') return line === '' ? [''] : flow([line], width)
  const [name, about] = line
  return flow([about], width - indent).map(
    (words, i) => (i === 0 ? `${' '.repeat(INDENT)}${name}` : '').padEnd(indent) + words,
  )
}

function environment(): Line[] {
  const servers: ServerSetting[] = Object.values(SERVER_SETTINGS)
  return [
    'On a machine. A variable wins over ~/.claudeforge/config.json, and forge config show tells where each value comes from.',
    ...SETTINGS.map(({ variable, about }): Line => [variable, about]),
    '',
    'On a server (forge serve). A flag wins over its variable.',
    ...servers.map(({ env, summary, default: value }): Line => [
      env,
      value === undefined ? summary : `${summary} Default: ${value}.`,
    ]),
    '',
    'Also heeded:',
    ['CLAUDE_CONFIG_DIR', 'Where Claude Code keeps its files; several, with commas between.'],
    ['XDG_CONFIG_HOME', 'Where it may keep them, too.'],
    ['TZ', 'Time zone of days; --tz for one command.'],
    ['NO_COLOR, FORCE_COLOR', 'No colours, or colours also where there is no terminal; --color for one command.'],
    ['TERM, LANG, LC_ALL', 'TERM=dumb, or an encoding that is not UTF-8, means ASCII; --ascii for one command.'],
    ['COLUMNS', 'How wide a picture is where there is no terminal (80).'],
    ['FORGE_ACCESSIBLE', '1: sentences instead of pictures, as --accessible.'],
  ]
}

function exitCodes(): Line[] {
  return [
    ['0', 'Done.'],
    ['1', 'Failed; what and why is on standard error. With forge doctor: a check failed.'],
    ['2', 'Wrong usage: a word, a flag or a value that means nothing.'],
    ['4', 'Not signed in, or this key may not do that.'],
    ['5', 'The server cannot be reached. Everything is kept, and goes with the next sync.'],
    ['130', 'Ended by Ctrl-C; in general 128 and the number of the signal.'],
    '',
    'forge sync --auto, which hooks and timers call, always ends with 0: what went wrong is in forge log.',
  ]
}

function formatting(): Line[] {
  return [
    'Results go to standard output and everything else to standard error. A terminal gets a picture; a pipe gets rows ' +
      'with tabs between and one heading, with whole numbers, full names and ISO dates.',
    '',
    ['--json', 'One object, as the API answers. Costs are exact decimals as text.'],
    ['--csv, --plain', 'Rows with commas or tabs between, also in a terminal.'],
    ['--markdown', 'A table for a document.'],
    ['--accessible', 'Sentences instead of bars.'],
    ['--full', 'Whole numbers: 3,551,204 instead of 3.55M.'],
    ['--color WHEN', 'auto, always or never. Without colours each series has its own shade.'],
    ['--ascii', 'No characters beyond ASCII.'],
    ['-q, --quiet', 'Without the lines below a picture.'],
    '',
    ['-', 'No use.'],
    ['?', 'Not known: a model without a price, a day that was never read.'],
    ['$5.27+', 'A part of the usage has no price, so it is more.'],
    ['≈3.20M', 'An estimate of stats-cache.json, in no total.'],
  ]
}

function privacy(): Line[] {
  return [
    'Sent for each response: a hash of its id, when it was, machine, session, a key and the name of its project, a hash ' +
      'of the account, model, version of Claude Code, and counts. And how full the windows of the plan are, where forge install --statusline was said.',
    '',
    'Never sent: prompts, answers, code, tool input and output, full paths, branches, e-mail or account ids.',
    '',
    ['forge sync --dry-run', 'Prints the exact bytes before they leave.'],
    'forge config set project-names hashed keeps project names on this machine; off sends no project at all.',
    '',
    'Nothing is sent to anyone but your own server, which calls nobody. There is no telemetry.',
  ]
}
