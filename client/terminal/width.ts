import { createRequire } from 'node:module'
import type * as WideText from './wide-text.ts'

/**
 * Letters and signs that take one cell and join with nothing: ASCII, and what our own screens are drawn with. What
 * measures all others takes 20 ms to load, which most screens never need.
 */
export const NARROW = /^[\x20-\x7e·×–—‘’“”•…←-↓≈─-▴✓✗]*$/

/** What turns colours on and off takes no cell. */
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[\d;]*m/g

/** How many cells a text takes in a terminal. */
export function textWidth(text: string): number {
  const plain = text.includes('\u001b') ? text.replace(COLOUR, '') : text
  return NARROW.test(plain) ? plain.length : wideText().stringWidth(text)
}

/** A text at most so many cells wide, with a sign in the middle where something was left out. */
export function cutMiddle(text: string, width: number, sign: string): string {
  if (!NARROW.test(text)) return wideText().cliTruncate(text, width, { position: 'middle', truncationCharacter: sign })
  if (text.length <= width || width < 1) return width < 1 ? '' : text
  if (width === 1) return sign
  const left = Math.min(Math.floor(width / 2), Math.max(0, width - sign.length))
  return text.slice(0, left) + sign + text.slice(text.length - (width - left) + sign.length)
}

let loaded: typeof WideText | undefined

/** Loaded at its first use, while something is being drawn, so it cannot be waited for. */
function wideText(): typeof WideText {
  loaded ??= createRequire(import.meta.url)(wideTextPath()) as typeof WideText
  return loaded
}

/** Beside this file as source, beside the executable in the bundle. */
function wideTextPath(): string {
  return import.meta.url.endsWith('.ts') ? './wide-text.ts' : '../wide-text.js'
}
