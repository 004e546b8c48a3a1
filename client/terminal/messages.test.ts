import { describe, expect, test } from 'vitest'
import { Problem } from '../../core/problem.ts'
import { exitCodeFor, printDone, printNote, printProblem } from './messages.ts'
import type { StyleFlags } from './style.ts'

function said(
  say: (surroundings: Parameters<typeof printDone>[1], flags: StyleFlags) => void,
  { env = { NO_COLOR: '1' }, flags = {} }: { env?: Record<string, string>; flags?: StyleFlags } = {},
): string {
  let text = ''
  say({ env, stderr: { write: (part) => void (text += part), isTTY: true, columns: 80 } }, flags)
  return text
}

const problem = new Problem('unreachable', 'Cannot reach http://nas:8420 (connection refused).', {
  hint: '41 events are waiting on this disk.\nStep by step: forge sync --status',
})

describe('a message', () => {
  test('of a problem says what failed, and below it what to do', () => {
    expect(said((to, flags) => printProblem(problem, to, flags))).toBe(
      [
        '✗ Cannot reach http://nas:8420 (connection refused).',
        '  41 events are waiting on this disk.',
        '  Step by step: forge sync --status',
        '',
      ].join('\n'),
    )
  })

  test('of a problem without a hint is one line', () => {
    expect(said((to) => printProblem(new Problem('internal', 'It broke.'), to))).toBe('✗ It broke.\n')
  })

  test('starts with the sign of its state', () => {
    expect(said((to) => printNote('12 lines were damaged.', to))).toBe('▲ 12 lines were damaged.\n')
    expect(said((to) => printDone('Set server-url.', to))).toBe('✓ Set server-url.\n')
  })

  test('in ASCII has signs in brackets, and its hint stands below its text', () => {
    const ascii = { flags: { ascii: true } }
    expect(
      said((to, flags) => printProblem(new Problem('internal', 'No “x”.', { hint: 'Try “y”.' }), to, flags), ascii),
    ).toBe('[x] No "x".\n    Try "y".\n')
    expect(said((to, flags) => printNote('Look.', to, flags), ascii)).toBe('[!] Look.\n')
    expect(said((to, flags) => printDone('Done.', to, flags), ascii)).toBe('[ok] Done.\n')
  })

  test('is broken between words on a terminal, but for an address that is longer than a line', () => {
    const url = `http://nas:8420/${'a'.repeat(80)}`
    const words = Array.from({ length: 20 }, () => 'word').join(' ')
    expect(said((to) => printNote(`${words}\nAt ${url} it is.`, to))).toBe(
      [
        `▲ ${Array.from({ length: 15 }, () => 'word').join(' ')}`,
        '  word word word word word',
        '  At',
        `  ${url}`,
        '  it is.',
        '',
      ].join('\n'),
    )
  })

  test('has colour in its sign alone', () => {
    expect(said((to) => printDone('Done.', to), { env: { TERM: 'xterm' } })).toBe('\u001b[32m✓\u001b[39m Done.\n')
  })

  test('from a server cannot write to the terminal', () => {
    const hostile = new Problem('forbidden', 'No\u001b]0;owned\u0007 entry\u202e.', { hint: '\u009b2J\rGo' })
    expect(said((to) => printProblem(hostile, to))).toBe('✗ No]0;owned entry.\n  2JGo\n')
  })
})

describe('an exit code', () => {
  test('says who has to act', () => {
    expect(exitCodeFor('invalid-request')).toBe(2)
    expect(exitCodeFor('invalid-request', 'program')).toBe(1)
    for (const code of ['unauthenticated', 'forbidden', 'machine-erased'] as const) expect(exitCodeFor(code)).toBe(4)
    for (const code of ['unreachable', 'unavailable', 'rate-limited'] as const) expect(exitCodeFor(code)).toBe(5)
    for (const code of ['not-found', 'ambiguous', 'storage', 'internal', 'too-large'] as const) {
      expect(exitCodeFor(code)).toBe(1)
    }
  })
})
