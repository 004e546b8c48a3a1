import { startsWith, word } from './text.as'

/** Most bytes of a transcript are what tools printed, in rows of a user. Those are told by the rule of ../prefilter.ts. */

const TYPE_USER = word('"type":"user"')
const ROLE_USER = word('"message":{"role":"user"')

/** Is this the row of a user, told by its first members, as far as they are plain? */
export function isOfUser(starts: usize, ends: usize): bool {
  if (load<u8>(starts) != 0x7b /* { */) return false
  let p = starts + 1
  while (p < ends) {
    if (startsWith(p, TYPE_USER) || startsWith(p, ROLE_USER)) return true
    p = endOfMember(p, ends)
    if (p == 0) return false
    p++
  }
  return false
}

/** Where a member with a plain name and a plain value ends, at its comma, or 0 where it is not plain. */
function endOfMember(starts: usize, ends: usize): usize {
  if (load<u8>(starts) != 0x22 /* " */) return 0
  let p = starts
  while (p < ends) {
    const byte = load<u8>(p)
    if (byte == 0x22 /* " */) {
      p = endOfPlainString(p + 1)
      if (p == 0) return 0
    } else if (byte == 0x2c /* , */) return p
    else if (byte == 0x7b /* { */ || byte == 0x5b /* [ */ || byte == 0x5c /* \ */) return 0
    p++
  }
  return 0
}

/** The quote that ends a string, or 0 where an escape or the end of the line comes before it. */
function endOfPlainString(p: usize): usize {
  while (true) {
    const bytes = v128.load(p)
    const isQuote = i8x16.eq(bytes, i8x16.splat(0x22 /* " */))
    const isOther = v128.or(i8x16.eq(bytes, i8x16.splat(0x5c /* \ */)), i8x16.eq(bytes, i8x16.splat(0x0a)))
    const stops = i8x16.bitmask(v128.or(isQuote, isOther))
    if (stops == 0) {
      p += 16
      continue
    }
    p += usize(ctz(stops))
    return load<u8>(p) == 0x22 /* " */ ? p : 0
  }
}
