import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/** Commander's one-line errors, in our form: what is wrong, what was perhaps meant, where to look. */
export function usageError(text: string, name: string, commands: readonly CommandUnknownOpts[]): string {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n')
  const unknown = /^unknown command '(.*)'/.exec(first)
  const suggestion = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(' '))?.[1]
  const what = unknown === null ? sentence(first) : `“${unknown[1]}” is not a ${name} command.`
  const meant = suggestion === undefined ? '' : ` Did you mean “${suggestion}”?`
  return `✗ ${what}${elsewhere(first, commands) || meant}\n  All commands: ${name} --help\n`
}

/** So many commands are named; a flag of more is not one of a few that someone may have thought of. */
const NAMED = 8

/** ` It belongs to tokens, week and month.`, of a flag that other commands have. */
function elsewhere(error: string, commands: readonly CommandUnknownOpts[]): string {
  const flag = /^unknown option '(--[\w-]+)/.exec(error)?.[1]
  const has = ({ options }: CommandUnknownOpts) => options.some(({ long, hidden }) => long === flag && !hidden)
  const names = flag === undefined ? [] : commands.filter(has).map((command) => command.name())
  if (names.length === 0 || names.length > NAMED) return ''
  const last = names.pop() ?? ''
  return ` It belongs to ${names.length === 0 ? last : `${names.join(', ')} and ${last}`}.`
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
