import { describe, expect, test } from 'vitest'
import type { Sink } from '../surroundings.ts'
import { paint, type StyleFlags, styleFor, wantsSentences } from './style.ts'

const terminal: Sink = { write: () => {}, isTTY: true, columns: 100 }
const pipe: Sink = { write: () => {}, isTTY: false, columns: undefined }

function colorIn(env: Record<string, string>, flags: StyleFlags = {}, sink = terminal) {
  return styleFor(sink, { env }, flags).color
}

function asciiIn(env: Record<string, string>, flags: StyleFlags = {}) {
  return styleFor(terminal, { env }, flags).ascii
}

describe('colour', () => {
  test('a terminal has the colours that it says it has', () => {
    expect(colorIn({ COLORTERM: 'truecolor', TERM: 'xterm' })).toBe('24-bit')
    expect(colorIn({ COLORTERM: '24bit' })).toBe('24-bit')
    expect(colorIn({ TERM: 'xterm-256color' })).toBe('256')
    expect(colorIn({ TERM: 'xterm' })).toBe('16')
    expect(colorIn({})).toBe('16')
  })

  test('a pipe, a dumb terminal and NO_COLOR get none', () => {
    expect(colorIn({ COLORTERM: 'truecolor' }, {}, pipe)).toBe('none')
    expect(colorIn({ TERM: 'dumb' })).toBe('none')
    expect(colorIn({ NO_COLOR: '1', COLORTERM: 'truecolor' })).toBe('none')
  })

  test('an empty NO_COLOR is none', () => {
    expect(colorIn({ NO_COLOR: '', TERM: 'xterm' })).toBe('16')
  })

  test('FORCE_COLOR wins over what the terminal is, and says how many', () => {
    expect(colorIn({ FORCE_COLOR: '1', TERM: 'xterm-256color' }, {}, pipe)).toBe('256')
    expect(colorIn({ FORCE_COLOR: '2' }, {}, pipe)).toBe('256')
    expect(colorIn({ FORCE_COLOR: '3' }, {}, pipe)).toBe('24-bit')
    expect(colorIn({ FORCE_COLOR: '0', COLORTERM: 'truecolor' })).toBe('none')
    expect(colorIn({ FORCE_COLOR: '3', NO_COLOR: '1' })).toBe('24-bit')
  })

  test('--color wins over every variable', () => {
    expect(colorIn({ FORCE_COLOR: '3' }, { color: 'never' })).toBe('none')
    expect(colorIn({ NO_COLOR: '1', TERM: 'dumb' }, { color: 'always' }, pipe)).toBe('16')
    expect(colorIn({ NO_COLOR: '1' }, { color: 'auto' })).toBe('none')
  })

  test('an ink is the same hue in every depth, and text stays bare without colour', () => {
    const first = (env: Record<string, string>) => paint('x', 'first', styleFor(terminal, { env }))
    expect(first({ COLORTERM: 'truecolor' })).toBe('\u001b[38;2;111;66;216mx\u001b[39m')
    expect(first({ TERM: 'xterm-256color' })).toBe('\u001b[38;5;62mx\u001b[39m')
    expect(first({ TERM: 'xterm' })).toBe('\u001b[35mx\u001b[39m')
    expect(first({ NO_COLOR: '1' })).toBe('x')
  })

  test('nothing is painted around an empty text', () => {
    expect(paint('', 'dim', styleFor(terminal, { env: {} }))).toBe('')
  })
})

describe('ASCII', () => {
  test('a dumb terminal and a locale without UTF-8 get it', () => {
    for (const env of [
      { TERM: 'dumb', LANG: 'en_US.UTF-8' },
      { LANG: 'C' },
      { LANG: 'POSIX' },
      { LANG: 'de_DE.ISO-8859-1' },
      { LANG: 'de_DE.UTF-8', LC_ALL: 'C' },
      { LANG: 'de_DE.UTF-8', LC_CTYPE: 'POSIX' },
    ] as Record<string, string>[]) {
      expect(asciiIn(env), JSON.stringify(env)).toBe(true)
    }
  })

  test('UTF-8 locales, and systems that name none, do not', () => {
    for (const env of [
      {},
      { LANG: '' },
      { LANG: 'en_US.UTF-8' },
      { LANG: 'en_US' },
      { LANG: 'C.UTF-8' },
      { LANG: 'C.utf8' },
      { LANG: 'ca_ES.UTF-8@valencia' },
      { LANG: 'C', LC_ALL: 'en_US.UTF-8' },
      { LANG: 'en_US.UTF-8', LC_ALL: '' },
    ] as Record<string, string>[]) {
      expect(asciiIn(env), JSON.stringify(env)).toBe(false)
    }
  })

  test('--ascii wins over the locale', () => {
    expect(asciiIn({ LANG: 'en_US.UTF-8' }, { ascii: true })).toBe(true)
  })

  test('every sign is plain ASCII then', () => {
    const { signs } = styleFor(terminal, { env: {} }, { ascii: true })
    expect(Object.values(signs).join('')).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('width', () => {
  test('comes from the terminal, else from COLUMNS, else it is 80', () => {
    expect(styleFor(terminal, { env: { COLUMNS: '40' } }).width).toBe(100)
    expect(styleFor(pipe, { env: { COLUMNS: '40' } }).width).toBe(40)
    expect(styleFor(pipe, { env: {} }).width).toBe(80)
  })

  test('a terminal that says 0, and a COLUMNS that is no width, say nothing', () => {
    expect(styleFor({ ...terminal, columns: 0 }, { env: {} }).width).toBe(80)
    for (const COLUMNS of ['', 'wide', '-5', '0', '80.5']) expect(styleFor(pipe, { env: { COLUMNS } }).width).toBe(80)
  })
})

test('FORGE_ACCESSIBLE asks for sentences', () => {
  expect(wantsSentences({ env: { FORGE_ACCESSIBLE: '1' } })).toBe(true)
  expect(wantsSentences({ env: { FORGE_ACCESSIBLE: 'true' } })).toBe(true)
  for (const FORGE_ACCESSIBLE of ['', '0', 'false']) expect(wantsSentences({ env: { FORGE_ACCESSIBLE } })).toBe(false)
  expect(wantsSentences({ env: {} })).toBe(false)
})
