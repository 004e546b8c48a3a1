import { placesOf, startsWith, word } from './text.as'

/** Where lines end. The search for the newline looks for `"usage"` as well: one pass over most bytes tells enough. */

const USAGE = word('"usage"')

/** Did the line that was searched last hold `"usage"`? */
export let showsUsage = false

/**
 * The newline behind a line, or `ends` where there is none. It looks 64 bytes a step, up to as many behind `ends`. A
 * quote behind an e is rare in what tools print, where quotes are escaped, and common only in rows that are walked.
 */
export function endOfLine(starts: usize, ends: usize): usize {
  const newline = i8x16.splat(0x0a)
  const quote = i8x16.splat(0x22 /* " */)
  const letter = i8x16.splat(0x65 /* e */)
  showsUsage = false
  for (let p = starts; p < ends; p += 64) {
    const a = v128.load(p)
    const b = v128.load(p, 16)
    const c = v128.load(p, 32)
    const d = v128.load(p, 48)
    const newlines = v128.or(
      v128.or(i8x16.eq(a, newline), i8x16.eq(b, newline)),
      v128.or(i8x16.eq(c, newline), i8x16.eq(d, newline)),
    )
    const quotes = v128.or(
      v128.or(
        v128.and(i8x16.eq(a, quote), i8x16.eq(v128.load(p - 1), letter)),
        v128.and(i8x16.eq(b, quote), i8x16.eq(v128.load(p - 1, 16), letter)),
      ),
      v128.or(
        v128.and(i8x16.eq(c, quote), i8x16.eq(v128.load(p - 1, 32), letter)),
        v128.and(i8x16.eq(d, quote), i8x16.eq(v128.load(p - 1, 48), letter)),
      ),
    )
    if (!v128.any_true(v128.or(newlines, quotes))) continue
    const ending = placesOf(0x0a, p)
    const end = ending == 0 ? ends : min(p + usize(ctz(ending)), ends)
    if (!showsUsage) findUsage(starts, p, end, placesOf(0x22 /* " */, p) & placesOf(0x65 /* e */, p - 1))
    if (ending != 0) return end
  }
  return ends
}

/** Looks at the quotes that end with `e"`, as far as they belong to the line. */
function findUsage(starts: usize, p: usize, ends: usize, quotes: u64): void {
  while (quotes != 0) {
    const quote = p + usize(ctz(quotes))
    if (quote >= ends) return
    if (quote >= starts + 6 && startsWith(quote - 6, USAGE)) {
      showsUsage = true
      return
    }
    quotes &= quotes - 1
  }
}
