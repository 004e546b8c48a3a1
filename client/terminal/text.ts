import { cutMiddle, textWidth } from './width.ts'
import { cleanName, MAX_NAME } from '../../core/text.ts'
import type { Style } from './style.ts'

/**
 * A text from outside as a terminal may see it: nothing in it can move the cursor, change a colour or turn a line
 * around. Of any length, where a name is bounded.
 */
export function printable(text: string, { ascii }: Pick<Style, 'ascii'>): string {
  const points = Array.from(text)
  let clean = ''
  for (let i = 0; i < points.length; i += MAX_NAME) clean += cleanName(points.slice(i, i + MAX_NAME).join(''))
  return ascii ? inAscii(clean) : clean
}

/** A name at most so many cells wide, shortened in the middle: ends tell names apart better than middles. */
export function shorten(name: string, width: number, { signs }: Pick<Style, 'signs'>): string {
  return cutMiddle(name, width, signs.ellipsis)
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}

/** Pieces on as few lines as they need, `gap` between two; a piece longer than a line is broken between its words. */
export function flow(pieces: readonly string[], width: number, gap = '  '): string[] {
  const lines: string[] = []
  for (const piece of pieces.flatMap((text) => (textWidth(text) > width ? wrapWords(text, width) : [text]))) {
    const last = lines.at(-1)
    const joined = last === undefined ? piece : `${last}${gap}${piece}`
    if (last !== undefined && textWidth(joined) <= width) lines[lines.length - 1] = joined
    else lines.push(piece)
  }
  return lines
}

function wrapWords(text: string, width: number): string[] {
  return flow(
    text.split(' ').flatMap((word) => (textWidth(word) > width ? breakWord(word, width) : [word])),
    width,
    ' ',
  )
}

function breakWord(word: string, width: number): string[] {
  const parts = ['']
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    const joined = `${parts.at(-1)}${segment}`
    if (textWidth(joined) <= width) parts[parts.length - 1] = joined
    else parts.push(segment)
  }
  return parts
}

const PUNCTUATION: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '…': '..',
  '·': '|',
}

function inAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (sign) => PUNCTUATION[sign] ?? '?')
}
