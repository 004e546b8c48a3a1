import { styleText } from 'node:util'
import type { Sink, Surroundings } from '../surroundings.ts'

/** How a terminal is to be written to: decided here, once, for every screen. */
export interface Style {
  /** Cells in a line; nothing but an uncuttable number is ever wider. */
  readonly width: number
  readonly color: 'none' | '16' | '256' | '24-bit'
  readonly ascii: boolean
  readonly signs: Signs
}

/** What a person may ask for on the command line. */
export interface StyleFlags {
  readonly ascii?: boolean | undefined
  readonly color?: 'auto' | 'always' | 'never' | undefined
}

/** Colour means a series or a state, never decoration. */
export type Ink = 'first' | 'second' | 'third' | 'other' | 'ok' | 'warn' | 'bad' | 'bold' | 'dim' | 'selected'

export type Signs = { readonly [K in keyof typeof UNICODE]: string }

const UNICODE = {
  first: '█',
  second: '▓',
  third: '▒',
  other: '░',
  estimate: '╱',
  nothing: '·',
  unknown: '?',
  rule: '─',
  separator: '·',
  to: '–',
  about: '≈',
  ellipsis: '…',
  ok: '✓',
  warn: '▲',
  bad: '✗',
}

const ASCII: Signs = {
  first: '#',
  second: '=',
  third: '-',
  other: '.',
  estimate: '~',
  nothing: '.',
  unknown: '?',
  rule: '-',
  separator: '|',
  to: '-',
  about: '~',
  ellipsis: '..',
  ok: '[ok]',
  warn: '[!]',
  bad: '[x]',
}

const DEFAULT_WIDTH = 80

/** The style for one of the two sinks: flags win over variables, variables over what the terminal is. */
export function styleFor(sink: Sink, { env }: Pick<Surroundings, 'env'>, flags: StyleFlags = {}): Style {
  const ascii = flags.ascii ?? (env['TERM'] === 'dumb' || !localeHasUnicode(env))
  return { width: widthOf(sink, env), color: colorOf(sink, env, flags.color), ascii, signs: ascii ? ASCII : UNICODE }
}

/** Does someone want sentences instead of pictures, in every command? */
export function wantsSentences({ env }: Pick<Surroundings, 'env'>): boolean {
  return isOn(env['FORGE_ACCESSIBLE'])
}

/** Three series that stay apart on light and dark and under every kind of colour blindness, and grey for the rest. */
const PALETTE = {
  first: { rgb: [0x6f, 0x42, 0xd8], index: 62, name: 'magenta' },
  second: { rgb: [0xc4, 0x76, 0x00], index: 172, name: 'yellow' },
  third: { rgb: [0x0f, 0x8e, 0xa3], index: 31, name: 'cyan' },
  other: { rgb: [0x8a, 0x8a, 0x8a], index: 245, name: 'gray' },
} as const

const STATES = { ok: 'green', warn: 'yellow', bad: 'red', bold: 'bold', dim: 'dim', selected: 'inverse' } as const

/** Text in an ink; as it is where the style has no colour. */
export function paint(text: string, ink: Ink, { color }: Style): string {
  if (color === 'none' || text === '') return text
  if (!(ink in PALETTE)) return styleText(STATES[ink as keyof typeof STATES], text, { validateStream: false })
  const { rgb, index, name } = PALETTE[ink as keyof typeof PALETTE]
  if (color === '16') return styleText(name, text, { validateStream: false })
  return `\u001b[38;${color === '256' ? `5;${index}` : `2;${rgb.join(';')}`}m${text}\u001b[39m`
}

type Env = Surroundings['env']

function widthOf(sink: Sink, env: Env): number {
  const columns = sink.columns || Number(env['COLUMNS'])
  return Number.isInteger(columns) && columns > 0 ? columns : DEFAULT_WIDTH
}

function colorOf(sink: Sink, env: Env, flag: StyleFlags['color'] = 'auto'): Style['color'] {
  const forced = forcedColor(env['FORCE_COLOR'])
  if (flag === 'never') return 'none'
  // As in Node itself, FORCE_COLOR wins over NO_COLOR.
  if (flag === 'auto') {
    if (forced !== undefined) return forced === 'on' ? terminalColor(env) : forced
    if (isSet(env['NO_COLOR']) || env['TERM'] === 'dumb' || !sink.isTTY) return 'none'
  }
  return terminalColor(env)
}

function forcedColor(value: string | undefined): Style['color'] | 'on' | undefined {
  if (value === undefined) return undefined
  if (value === '0' || value === 'false') return 'none'
  return value === '2' ? '256' : value === '3' ? '24-bit' : 'on'
}

function terminalColor(env: Env): '16' | '256' | '24-bit' {
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return '24-bit'
  return env['TERM']?.includes('256color') ? '256' : '16'
}

/** POSIX: the first of these that is set decides. None set says nothing; only a named other encoding means no UTF-8. */
function localeHasUnicode(env: Env): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet) ?? ''
  const [language = '', encoding] = locale.split('@', 1).join().split('.', 2)
  return encoding === undefined ? language !== 'C' && language !== 'POSIX' : /^utf-?8$/i.test(encoding)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

function isOn(value: string | undefined): boolean {
  return isSet(value) && value !== '0' && value !== 'false'
}
