/**
 * Tells lines that cannot show usage from those that may, without parsing them: most bytes of a transcript are tool
 * results. It may let a line through that shows none; it must never hold one back that does.
 */

const USAGE = Buffer.from('"usage"')
const TOOL_RESULT = Buffer.from('"tool_result"')
const USER = Buffer.from('"user"')
const BACKSLASH_U = Buffer.from('\\u00')

/**
 * May this line show a response or a prompt? `"usage"` stands in every response; a legal writer could also spell it,
 * or any other field name, with escapes (`"us\u0061ge"`), so a line with an escaped ASCII letter passes as well.
 */
export function mayShowUsage(bytes: Buffer, starts: number, ends: number): boolean {
  const line = bytes.subarray(starts, ends)
  if (line.includes(USAGE)) return true
  return mayBePrompt(line) || hasEscapedLetter(line)
}

/** Quotes inside a text are escaped, so `"tool_result"` in plain bytes is a value, not something that was said. */
function mayBePrompt(line: Buffer): boolean {
  return line.includes(USER) && !line.includes(TOOL_RESULT)
}

/** `\u004x` to `\u007x`: letters. Other escapes (`\u001b`, `\u2028`) are common in what tools print. */
function hasEscapedLetter(line: Buffer): boolean {
  for (let at = line.indexOf(BACKSLASH_U); at !== -1; at = line.indexOf(BACKSLASH_U, at + 4)) {
    const digit = line[at + 4]
    if (digit !== undefined && digit >= 0x34 && digit <= 0x37) return true
  }
  return false
}
