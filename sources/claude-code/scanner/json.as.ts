/**
 * A walk over the bytes of one JSON value, as strict as JSON.parse. Each function takes the place where something begins
 * and returns the place behind it, or {@link TORN} where that is not JSON, or too unusual to go on. The newline behind
 * a line ends every walk: within a line it has no place in JSON. Fewer than 80 bytes behind the line may be looked at.
 */

import { placesOf, startsWith, word } from './text.as'

export const TORN: usize = 0

const MAX_DEPTH = 64
let depth: i32 = 0

/** Before a walk that may have ended inside of something. */
export function startWalk(): void {
  depth = 0
}

export function skipValue(p: usize): usize {
  const byte = load<u8>(p)
  if (byte == 0x22 /* " */) return skipString(p)
  if (byte != 0x7b /* { */ && byte != 0x5b /* [ */) return skipLiteral(p)
  if (++depth > MAX_DEPTH) return TORN
  const end = byte == 0x7b /* { */ ? skipObject(p) : skipList(p)
  depth--
  return end
}

function skipObject(p: usize): usize {
  p = firstMember(p)
  while (p != TORN) {
    if (load<u8>(p) == 0x7d /* } */) return p + 1
    p = valueOfMember(p)
    if (p == TORN) return TORN
    p = skipValue(p)
    if (p != TORN) p = nextMember(p)
  }
  return TORN
}

function skipList(p: usize): usize {
  p = firstElement(p)
  while (p != TORN) {
    if (load<u8>(p) == 0x5d /* ] */) return p + 1
    p = skipValue(p)
    if (p != TORN) p = nextElement(p)
  }
  return TORN
}

/** From an object's brace to the name of its first member, or to its closing brace. */
export function firstMember(p: usize): usize {
  return skipSpaces(p + 1)
}

/** From behind a member's value to the next one's name, or to the object's closing brace. */
export function nextMember(p: usize): usize {
  p = skipSpaces(p)
  const byte = load<u8>(p)
  if (byte == 0x7d /* } */) return p
  if (byte != 0x2c /* , */) return TORN
  p = skipSpaces(p + 1)
  return load<u8>(p) == 0x22 /* " */ ? p : TORN
}

/** The same in a list, for elements of any kind. */
export function firstElement(p: usize): usize {
  return skipSpaces(p + 1)
}

export function nextElement(p: usize): usize {
  p = skipSpaces(p)
  const byte = load<u8>(p)
  if (byte == 0x5d /* ] */) return p
  if (byte != 0x2c /* , */) return TORN
  p = skipSpaces(p + 1)
  return load<u8>(p) == 0x5d /* ] */ ? TORN : p
}

/** The name of the member whose value was looked for last. */
export let nameStarts: usize = 0
export let nameLength: i32 = 0

/** From a member's name to its value. A name that is written with escapes could be any: the host reads it. */
export function valueOfMember(p: usize): usize {
  if (load<u8>(p) != 0x22 /* " */) return TORN
  nameStarts = p + 1
  p = endOfPlainText(p + 1)
  if (p == TORN) return TORN
  nameLength = i32(p - nameStarts)
  p = skipSpaces(p + 1)
  if (load<u8>(p) != 0x3a /* : */) return TORN
  return skipSpaces(p + 1)
}

/** The quote behind a text without escapes. */
function endOfPlainText(p: usize): usize {
  while (true) {
    const stops = stopsIn(v128.load(p))
    if (stops == 0) {
      p += 16
      continue
    }
    p += usize(ctz(stops))
    return load<u8>(p) == 0x22 /* " */ ? p : TORN
  }
}

/** The place behind a string's closing quote. Most strings end, without an escape, within their first 16 bytes. */
export function skipString(p: usize): usize {
  p++
  const stops = stopsIn(v128.load(p))
  if (stops != 0) {
    const stop = p + usize(ctz(stops))
    if (load<u8>(stop) == 0x22 /* " */) return stop + 1
    return skipLongString(p)
  }
  return skipLongString(p + 16)
}

const ODD_BITS: u64 = 0xaaaaaaaaaaaaaaaa

/** 64 bytes a step, each byte a bit. A backslash escapes what is behind it, unless it is itself escaped. */
function skipLongString(p: usize): usize {
  let firstIsEscaped: u64 = 0
  while (true) {
    const backslashes = placesOf(0x5c /* \ */, p)
    let escaped = firstIsEscaped
    if (backslashes != 0) {
      // A run of escaping backslashes is told by a borrow that runs through it.
      const starts = backslashes & ~firstIsEscaped
      const codes = (((starts << 1) | ODD_BITS) - starts) ^ ODD_BITS
      escaped = codes ^ (backslashes | firstIsEscaped)
      firstIsEscaped = (codes & backslashes) >> 63
    } else firstIsEscaped = 0
    const quotes = placesOf(0x22 /* " */, p) & ~escaped
    const within = quotes == 0 ? u64.MAX_VALUE : (quotes & (0 - quotes)) - 1
    if ((controlsAt(p) & within) != 0) return TORN
    escaped &= within
    while (escaped != 0) {
      if (!isEscape(p + usize(ctz(escaped)))) return TORN
      escaped &= escaped - 1
    }
    if (quotes != 0) return p + usize(ctz(quotes)) + 1
    p += 64
  }
}

/** Where control characters stand among 64 bytes. */
function controlsAt(p: usize): u64 {
  const a = v128.load(p)
  const b = v128.load(p, 16)
  const c = v128.load(p, 32)
  const d = v128.load(p, 48)
  const last = i8x16.splat(0x1f)
  const least = i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d))
  if (!v128.any_true(i8x16.eq(least, i8x16.min_u(least, last)))) return 0
  return (
    u64(i8x16.bitmask(i8x16.le_u(a, last))) |
    (u64(i8x16.bitmask(i8x16.le_u(b, last))) << 16) |
    (u64(i8x16.bitmask(i8x16.le_u(c, last))) << 32) |
    (u64(i8x16.bitmask(i8x16.le_u(d, last))) << 48)
  )
}

/** Bits of the bytes at which a text may end. */
function stopsIn(bytes: v128): i32 {
  const isQuote = i8x16.eq(bytes, i8x16.splat(0x22 /* " */))
  const isBackslash = i8x16.eq(bytes, i8x16.splat(0x5c /* \ */))
  const isControl = i8x16.eq(bytes, i8x16.min_u(bytes, i8x16.splat(0x1f)))
  return i8x16.bitmask(v128.or(v128.or(isQuote, isBackslash), isControl))
}

/** Is what stands behind a backslash one of JSON's escapes? */
function isEscape(p: usize): bool {
  const length = i32(load<u8>(escapeLengths + load<u8>(p)))
  return length == 2 || (length == 6 && isHex(p + 1) && isHex(p + 2) && isHex(p + 3) && isHex(p + 4))
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

const TRUE = word('true')
const FALSE = word('false')
const NULL = word('null')

/** A number, true, false or null. */
function skipLiteral(p: usize): usize {
  const byte = load<u8>(p)
  if (byte == 0x74 /* t */) return startsWith(p, TRUE) ? p + 4 : TORN
  if (byte == 0x66 /* f */) return startsWith(p, FALSE) ? p + 5 : TORN
  if (byte == 0x6e /* n */) return startsWith(p, NULL) ? p + 4 : TORN
  if (byte == 0x2d /* - */) p++
  p = load<u8>(p) == 0x30 /* 0 */ ? p + 1 : skipDigits(p)
  if (p == TORN) return TORN
  if (load<u8>(p) == 0x2e /* . */) p = skipDigits(p + 1)
  if (p == TORN || (load<u8>(p) | 0x20) != 0x65 /* e */) return p
  p++
  if (load<u8>(p) == 0x2b /* + */ || load<u8>(p) == 0x2d /* - */) p++
  return skipDigits(p)
}

/** At least one. */
function skipDigits(p: usize): usize {
  const starts = p
  while (u32(load<u8>(p)) - 0x30 <= 9) p++
  return p > starts ? p : TORN
}

export function skipSpaces(p: usize): usize {
  let byte = load<u8>(p)
  while (byte <= 0x20 && (byte == 0x20 || byte == 0x0d || byte == 0x09)) {
    p++
    byte = load<u8>(p)
  }
  return p
}

export function isString(p: usize): bool {
  return load<u8>(p) == 0x22 /* " */
}

export function isObject(p: usize): bool {
  return load<u8>(p) == 0x7b /* { */
}

export function isList(p: usize): bool {
  return load<u8>(p) == 0x5b /* [ */
}

export function isTrue(p: usize): bool {
  return load<u8>(p) == 0x74 /* t */
}

export function isNull(p: usize): bool {
  return load<u8>(p) == 0x6e /* n */
}
