import { crc32 } from 'node:zlib'
import { KEY_KINDS, type KeyKind } from '../core/scope.ts'

/**
 * A key as text: `cf_KIND_ID_SECRET_CHECK`. The prefix lets people, secret scanners and our own logs tell a key by its
 * looks; the id names it without showing it; the check tells a key that was copied wrong from one that is not known.
 */
export interface KeyParts {
  readonly kind: KeyKind
  /** Public: 10 characters of a-z and 0-9. */
  readonly id: string
  /** 43 characters of base64url: 256 random bits. */
  readonly secret: string
}

const KEY = new RegExp(`^cf_(${KEY_KINDS.join('|')})_([0-9a-z]{10})_([\\w-]{43})_([0-9A-Za-z]{6})$`)

export function keyText({ kind, id, secret }: KeyParts): string {
  const body = `cf_${kind}_${id}_${secret}`
  return `${body}_${checkOf(body)}`
}

/** The parts of a key; undefined for what is none, or was copied wrong. Keys of an operator's own have no parts. */
export function parseKey(text: string): KeyParts | undefined {
  const match = KEY.exec(text)
  if (match === null) return undefined
  const [, kind = '', id = '', secret = '', check] = match
  return checkOf(text.slice(0, text.lastIndexOf('_'))) === check ? { kind: kind as KeyKind, id, secret } : undefined
}

/** Does it look like a key that a server made, and is not one? It then lacks a character, or has a wrong one. */
export function isMistyped(text: string): boolean {
  return /^cf_[a-z]+_[0-9a-z]{6,10}_/.test(text) && parseKey(text) === undefined
}

/** CRC-32, as 6 digits of base 62. */
function checkOf(body: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = digits.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}
