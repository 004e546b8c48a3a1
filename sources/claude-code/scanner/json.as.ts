/**
 * A walk over the bytes of one JSON value, as strict as JSON.parse. Each function leaves the walk behind what it has
 * read, and answers false (or {@link TORN}) where that is not JSON, or too unusual to go on.
 */

import { isWord, startsWith, word } from './text.as'

const MAX_DEPTH = 64

/** Where the walk stands. The newline behind the line ends every loop: within a line it has no place in JSON. */
export let at: usize = 0
let depth: i32 = 0

/** Starts a walk. Behind the bytes stands a newline, and 64 more must be there to be looked at. */
export function startAt(offset: usize): void {
  at = offset
  depth = 0
  skipSpaces()
}

// Where a step to the next member or element has led.
export const TORN = 0
export const MORE = 1
export const END = 2

/** The name of the member whose value is next. */
let nameStarts: usize = 0
let nameLength: i32 = 0

/** Goes from an object's brace to its first value. */
export function firstMember(): i32 {
  at++
  skipSpaces()
  if (byteHere() != 0x7d /* } */) return memberHere()
  at++
  return END
}

/** Goes on behind a value, to the next one or behind the object's end. */
export function nextMember(): i32 {
  skipSpaces()
  const byte = byteHere()
  if (byte != 0x2c /* , */ && byte != 0x7d /* } */) return TORN
  at++
  if (byte == 0x7d /* } */) return END
  skipSpaces()
  return memberHere()
}

/** A name that is written with escapes could be any: the host reads it. */
function memberHere(): i32 {
  if (byteHere() != 0x22 /* " */) return TORN
  nameStarts = at + 1
  if (!skipString() || hadEscape) return TORN
  nameLength = i32(at - 1 - nameStarts)
  skipSpaces()
  if (byteHere() != 0x3a /* : */) return TORN
  at++
  skipSpaces()
  return MORE
}

export function firstElement(): i32 {
  at++
  skipSpaces()
  if (byteHere() != 0x5d /* ] */) return MORE
  at++
  return END
}

export function nextElement(): i32 {
  skipSpaces()
  const byte = byteHere()
  if (byte != 0x2c /* , */ && byte != 0x5d /* ] */) return TORN
  at++
  if (byte == 0x5d /* ] */) return END
  skipSpaces()
  return MORE
}

export function skipValue(): bool {
  if (byteHere() == 0x22 /* " */) return skipString()
  if (isObject() || isList()) {
    if (++depth > MAX_DEPTH) return false
    const isFine = isObject() ? skipObject() : skipList()
    depth--
    return isFine
  }
  return skipLiteral()
}

function skipObject(): bool {
  let more = firstMember()
  while (more == MORE) more = skipValue() ? nextMember() : TORN
  return more == END
}

function skipList(): bool {
  let more = firstElement()
  while (more == MORE) more = skipValue() ? nextElement() : TORN
  return more == END
}

/** Did the string that was skipped last hold an escape? */
export let hadEscape = false

/** 16 bytes a step, as far as the next quote, backslash or control character. May look beyond the line, not go there. */
export function skipString(): bool {
  let p = at + 1
  hadEscape = false
  while (true) {
    const bytes = v128.load(p)
    const isQuote = i8x16.eq(bytes, i8x16.splat(0x22 /* " */))
    const isBackslash = i8x16.eq(bytes, i8x16.splat(0x5c /* \ */))
    const isControl = i8x16.eq(bytes, i8x16.min_u(bytes, i8x16.splat(0x1f)))
    const stops = i8x16.bitmask(v128.or(v128.or(isQuote, isBackslash), isControl))
    if (stops == 0) {
      p += 16
      continue
    }
    p += usize(ctz(stops))
    const byte = load<u8>(p)
    if (byte == 0x22 /* " */) {
      at = p + 1
      return true
    }
    if (byte != 0x5c /* \ */) return false
    hadEscape = true
    const length = load<u8>(escapeLengths + load<u8>(p + 1))
    if (length == 0 || (length == 6 && !(isHex(p + 2) && isHex(p + 3) && isHex(p + 4) && isHex(p + 5)))) return false
    p += length
  }
}

/** How long an escape is, by the byte behind its backslash; 0 where it is none. */
const escapeLengths: usize = memory.data(256)
store<u8>(escapeLengths + 0x22 /* " */, 2)
store<u8>(escapeLengths + 0x5c /* \ */, 2)
store<u8>(escapeLengths + 0x2f /* / */, 2)
store<u8>(escapeLengths + 0x62 /* b */, 2)
store<u8>(escapeLengths + 0x66 /* f */, 2)
store<u8>(escapeLengths + 0x6e /* n */, 2)
store<u8>(escapeLengths + 0x72 /* r */, 2)
store<u8>(escapeLengths + 0x74 /* t */, 2)
store<u8>(escapeLengths + 0x75 /* u */, 6)

function isHex(p: usize): bool {
  const byte = load<u8>(p)
  return u32(byte) - 0x30 <= 9 || u32(byte | 0x20) - 0x61 <= 5
}

/** A number, true, false or null. */
function skipLiteral(): bool {
  const byte = byteHere()
  if (byte == 0x74 /* t */) return skipWord(TRUE)
  if (byte == 0x66 /* f */) return skipWord(FALSE)
  if (byte == 0x6e /* n */) return skipWord(NULL)
  if (byte == 0x2d /* - */) at++
  if (byteHere() == 0x30 /* 0 */) at++
  else if (!skipDigits()) return false
  if (byteHere() == 0x2e /* . */) {
    at++
    if (!skipDigits()) return false
  }
  if ((byteHere() | 0x20) == 0x65 /* e */) {
    at++
    if (byteHere() == 0x2b /* + */ || byteHere() == 0x2d /* - */) at++
    if (!skipDigits()) return false
  }
  return true
}

/** At least one. */
function skipDigits(): bool {
  const starts = at
  while (u32(byteHere()) - 0x30 <= 9) at++
  return at > starts
}

const TRUE = word('true')
const FALSE = word('false')
const NULL = word('null')

function skipWord(word: usize): bool {
  if (!startsWith(at, word)) return false
  at += load<i32>(word)
  return true
}

export function skipSpaces(): void {
  let byte = byteHere()
  while (byte <= 0x20 && (byte == 0x20 || byte == 0x0d || byte == 0x09)) {
    at++
    byte = byteHere()
  }
}

export function byteHere(): u8 {
  return load<u8>(at)
}

export function isObject(): bool {
  return byteHere() == 0x7b /* { */
}

export function isList(): bool {
  return byteHere() == 0x5b /* [ */
}

export function isTrue(): bool {
  return byteHere() == 0x74 /* t */
}

export function isNamed(word: usize): bool {
  return isWord(nameStarts, nameLength, word)
}

/** How long the name of the member is whose value is next. */
export function lengthOfName(): i32 {
  return nameLength
}

export function isString(): bool {
  return byteHere() == 0x22 /* " */
}

export function isNull(): bool {
  return byteHere() == 0x6e /* n */
}

/** The value of the digits that stand here, as far as they are digits; their number is how far the walk went. */
export function digits(): u64 {
  let value: u64 = 0
  let digit = u32(byteHere()) - 0x30
  while (digit <= 9) {
    value = value * 10 + digit
    at++
    digit = u32(byteHere()) - 0x30
  }
  return value
}
