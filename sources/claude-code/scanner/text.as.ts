import { allocate } from './memory.as'

/** Texts as bytes, and how to compare them. Comparing may look at bytes behind a text, and does not take them for it. */

/** An ASCII text of at most 32 bytes to compare with: its length, and at 16 its bytes. */
export function word(text: string): usize {
  const at = allocate(48)
  store<i32>(at, text.length)
  for (let i = 0; i < text.length; i++) store<u8>(at + 16 + i, u8(text.charCodeAt(i)))
  return at
}

/** Are these bytes this word? */
export function isWord(starts: usize, length: i32, word: usize): bool {
  return load<i32>(word) == length && startsWith(starts, word)
}

/** Do these bytes begin with this word? */
export function startsWith(starts: usize, word: usize): bool {
  const length = load<i32>(word)
  const same = i8x16.bitmask(i8x16.eq(v128.load(starts), v128.load(word, 16)))
  const wanted = length >= 16 ? 0xffff : (1 << length) - 1
  if ((same & wanted) != wanted) return false
  if (length <= 16) return true
  const rest = (1 << (length - 16)) - 1
  return (i8x16.bitmask(i8x16.eq(v128.load(starts, 16), v128.load(word, 32))) & rest) == rest
}

export function isSame(a: usize, b: usize, length: i32): bool {
  let i = 0
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

/** Is it ASCII without control characters, which JSON and UTF-8 spell in one way only? */
export function isPlain(starts: usize, length: i32): bool {
  for (let i = 0; i < length; i += 16) {
    const bytes = v128.load(starts + i)
    const isOutside = i8x16.gt_u(i8x16.sub(bytes, i8x16.splat(0x20)), i8x16.splat(0x5e))
    const isBackslash = i8x16.eq(bytes, i8x16.splat(0x5c /* \ */))
    const odd = i8x16.bitmask(v128.or(isOutside, isBackslash))
    const belongs = length - i >= 16 ? 0xffff : (1 << (length - i)) - 1
    if ((odd & belongs) != 0) return false
  }
  return true
}

/** Do the bytes hold this word? 16 places a step: where its first and its last letter but one stand right. */
export function includes(starts: usize, ends: usize, word: usize): bool {
  const length = load<i32>(word)
  const first = i8x16.splat(load<u8>(word + 16))
  const other = i8x16.splat(load<u8>(word + 16 + length - 2))
  for (let p = starts; p + length <= ends; p += 16) {
    let places = i8x16.bitmask(v128.and(i8x16.eq(v128.load(p), first), i8x16.eq(v128.load(p + length - 2), other)))
    while (places != 0) {
      const place = p + usize(ctz(places))
      if (place + length > ends) return false
      if (startsWith(place, word)) return true
      places &= places - 1
    }
  }
  return false
}

/** A number that texts rarely share, to look them up by; equal ones are compared in full. */
export function quickHash(starts: usize, length: i32): u32 {
  let hash: u64 = u64(length) * 0x9e3779b97f4a7c15
  let i = 0
  for (; i + 8 <= length; i += 8) hash = rotl(hash ^ load<u64>(starts + i), 29) * 0xbf58476d1ce4e5b9
  for (; i < length; i++) hash = rotl(hash ^ u64(load<u8>(starts + i)), 29) * 0xbf58476d1ce4e5b9
  return u32(hash ^ (hash >> 32))
}

/** Where a byte stands among 64: a bit for each, the first one lowest. */
export function placesOf(byte: u8, p: usize): u64 {
  const wanted = i8x16.splat(byte)
  return (
    u64(i8x16.bitmask(i8x16.eq(v128.load(p), wanted))) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(p, 16), wanted))) << 16) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(p, 32), wanted))) << 32) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(p, 48), wanted))) << 48)
  )
}
