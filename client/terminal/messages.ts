import type { Problem, ProblemCode } from '../../core/problem.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { type Ink, paint, styleFor, type StyleFlags } from './style.ts'
import { printable } from './text.ts'
import { textWidth } from './width.ts'

/** Everything that is said to a person beside a result goes to standard error, and starts with a sign. */

type Said = Pick<Surroundings, 'env' | 'stderr'>

/** Something was done: `✓ Set server-url.` */
export function printDone(text: string, surroundings: Said, flags: StyleFlags = {}): void {
  say('ok', text.split('\n'), surroundings, flags)
}

/** Something that one should know before relying on a result: `▲ 12 lines were damaged.` */
export function printNote(text: string, surroundings: Said, flags: StyleFlags = {}): void {
  say('warn', text.split('\n'), surroundings, flags)
}

/** What failed and why, and below it what to do: `✗ Cannot reach http://nas:8420.` */
export function printProblem(problem: Problem, surroundings: Said, flags: StyleFlags = {}): void {
  const { message, hint } = problem
  say('bad', [...message.split('\n'), ...(hint === undefined ? [] : hint.split('\n'))], surroundings, flags)
}

/**
 * The exit code of a problem. `invalid-request` is wrong usage when a person asked for it; when this program made the
 * request (a sync that the server does not accept), it is a failure.
 */
export function exitCodeFor(code: ProblemCode, askedBy: 'person' | 'program' = 'person'): ExitCode {
  switch (code) {
    case 'invalid-request':
      return askedBy === 'person' ? 2 : 1
    case 'unauthenticated':
    case 'forbidden':
    case 'machine-erased':
      return 4
    case 'unreachable':
    case 'unavailable':
    case 'rate-limited':
      return 5
    default:
      return 1
  }
}

function say(
  sign: 'ok' | 'warn' | ('bad' & Ink),
  lines: readonly string[],
  surroundings: Said,
  flags: StyleFlags,
): void {
  const style = styleFor(surroundings.stderr, surroundings, flags)
  const mark = style.signs[sign]
  const indent = ' '.repeat(mark.length + 1)
  const room = surroundings.stderr.isTTY ? style.width - indent.length : Infinity
  const [first = '', ...rest] = lines.flatMap((line) => wrap(printable(line, style), room))
  const text = [`${paint(mark, sign, style)} ${first}`, ...rest.map((line) => indent + line)]
  surroundings.stderr.write(`${text.join('\n')}\n`)
}

/** Breaks a line between its words; an address or a path that is longer than a line stays whole, to be copied. */
function wrap(line: string, room: number): string[] {
  if (textWidth(line) <= room) return [line]
  const wrapped: string[] = []
  for (const word of line.split(' ')) {
    const joined = wrapped.length === 0 ? word : `${wrapped.at(-1)} ${word}`
    if (wrapped.length > 0 && textWidth(joined) <= room) wrapped[wrapped.length - 1] = joined
    else wrapped.push(word)
  }
  return wrapped
}
