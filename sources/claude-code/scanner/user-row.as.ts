/**
 * Most bytes of a transcript are what tools printed, in rows of a user. They are told by the same rule as in
 * ../prefilter.ts, on the same bytes, which is quicker than to walk them.
 */

import { isText } from './json.as'

/** Is this surely the row of a user that shows neither a response nor a prompt? */
export function isToolResult(starts: usize, ends: usize): bool {
  return isOfUser(starts, ends) && !includes(starts, ends, '"usage"') && includes(starts, ends, '"tool_result"')
}

function isOfUser(starts: usize, ends: usize): bool {
  if (load<u8>(starts) != 0x7b /* { */) return false
  let p = starts + 1
  while (p < ends) {
    if (isText(p, 13, '"type":"user"') || isText(p, 24, '"message":{"role":"user"')) return true
    p = endOfMember(p, ends)
    if (p == 0) return false
    p++
  }
  return false
}

/** Where a member with a plain name and a plain value ends, at its comma, or 0 where it is not plain. */
function endOfMember(starts: usize, ends: usize): usize {
  if (load<u8>(starts) != 0x22 /* " */) return 0
  let inString = false
  for (let p = starts; p < ends; p++) {
    const byte = load<u8>(p)
    if (byte == 0x5c /* \ */) return 0
    if (byte == 0x22 /* " */) inString = !inString
    else if (inString) continue
    else if (byte == 0x2c /* , */) return p
    else if (byte == 0x7b /* { */ || byte == 0x5b /* [ */) return 0
  }
  return 0
}

/** Do these bytes hold this ASCII text? 16 places a step: where its first and its last letter but one stand right. */
function includes(starts: usize, ends: usize, expected: string): bool {
  const length = expected.length
  const first = i8x16.splat(u8(expected.charCodeAt(0)))
  const other = i8x16.splat(u8(expected.charCodeAt(length - 2)))
  for (let p = starts; p + length <= ends; p += 16) {
    let places = i8x16.bitmask(v128.and(i8x16.eq(v128.load(p), first), i8x16.eq(v128.load(p + length - 2), other)))
    while (places != 0) {
      const place = p + usize(ctz(places))
      if (place + length > ends) return false
      if (isText(place, length, expected)) return true
      places &= places - 1
    }
  }
  return false
}
