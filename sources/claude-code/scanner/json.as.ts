/**
 * A walk over the bytes of one JSON value, as strict as JSON.parse. Each function takes the place where something begins
 * and returns the place behind it, or {@link TORN} where that is not JSON, or too unusual to go on. The newline behind
 * a line ends every walk: within a line it has no place in JSON. 64 bytes behind the line may be looked at.
 */

import { startsWith, word } from './text.as'

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

/** 16 bytes a step, from stop to stop: quotes, backslashes and control characters. */
export function skipString(p: usize): usize {
  p++
  while (true) {
    let stops = stopsIn(v128.load(p))
    while (stops != 0) {
      const place = ctz(stops)
      const stop = p + usize(place)
      const byte = load<u8>(stop)
      if (byte == 0x22 /* " */) return stop + 1
      const length = byte == 0x5c /* \ */ ? escapeLength(stop) : 0
      if (length == 0) return TORN
      // What stands in the escape is no stop. It may end behind these bytes.
      stops &= ~(((1 << length) - 1) << place)
      if (place + length > 16) p = stop + length - 16
    }
    p += 16
  }
}

/** Bits of the bytes at which a text may end. */
function stopsIn(bytes: v128): i32 {
  const isQuote = i8x16.eq(bytes, i8x16.splat(0x22 /* " */))
  const isBackslash = i8x16.eq(bytes, i8x16.splat(0x5c /* \ */))
  const isControl = i8x16.eq(bytes, i8x16.min_u(bytes, i8x16.splat(0x1f)))
  return i8x16.bitmask(v128.or(v128.or(isQuote, isBackslash), isControl))
}

/** How long the escape is that begins here; 0 where it is none. */
function escapeLength(p: usize): i32 {
  const length = i32(load<u8>(escapeLengths + load<u8>(p + 1)))
  return length == 6 && !(isHex(p + 2) && isHex(p + 3) && isHex(p + 4) && isHex(p + 5)) ? 0 : length
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
