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
export function mayShowUsage(line: Buffer): boolean {
  // First of all, since a response may follow a torn row on the same line, of whatever type that was.
  if (line.includes(USAGE)) return true
  if (isOfUser(line)) return !line.includes(TOOL_RESULT)
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

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const OPEN_LIST = 0x5b
const COMMA = 0x2c

/** `"type":"user"`, as a member of the row itself and written without spaces. */
const TYPE_USER = Buffer.from('"type":"user"')
const ROLE_USER = Buffer.from('"message":{"role":"user"')

/**
 * Is this the row of a user, told by its first members? They are walked one by one as far as they are plain, so that
 * nothing inside a text or an object is taken for one. False where the start of the row does not tell.
 */
function isOfUser(line: Buffer): boolean {
  if (line[0] !== OPEN_OBJECT) return false
  for (let at = 1; at < line.length; at++) {
    if (startsWith(line, at, TYPE_USER) || startsWith(line, at, ROLE_USER)) return true
    at = endOfMember(line, at)
    if (line[at] !== COMMA) return false
  }
  return false
}

/** Where a member with a plain name and a plain value ends, or -1 where it is not plain. */
function endOfMember(line: Buffer, starts: number): number {
  if (line[starts] !== QUOTE) return -1
  let inString = false
  for (let at = starts; at < line.length; at++) {
    const byte = line[at]
    if (byte === BACKSLASH) return -1
    if (byte === QUOTE) inString = !inString
    else if (inString) continue
    else if (byte === COMMA) return at
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) return -1
  }
  return -1
}

function startsWith(line: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (line[at + i] !== text[i]) return false
  return true
}
