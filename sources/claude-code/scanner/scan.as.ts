/**
 * The scanner of transcript rows, in AssemblyScript: TypeScript's syntax, compiled to WebAssembly by
 * scripts/build-scanner.ts into scan.wasm.ts. Its host is row-scanner.ts.
 *
 * It walks one line as JSON.parse would, by structure and to its last byte, and answers what the line is. Whatever it
 * does not know for sure it calls not plain: then the host parses the line. So it may be simple, but never wrong: a
 * line that is torn, spliced or merely unusual must not pass.
 */

import {
  at,
  digits,
  END,
  firstElement,
  firstMember,
  hadEscape,
  isList,
  isNamed,
  isNull,
  isObject,
  isString,
  isText,
  isTrue,
  MORE,
  nextElement,
  nextMember,
  skipSpaces,
  skipString,
  skipValue,
  startAt,
} from './json.as'
import { isToolResult } from './user-row.as'

// What a line turned out to be.
const NOT_PLAIN = 0
const SHOWS_NOTHING = 1
const SHOWS_RESPONSE = 2

// Kinds of rows, told by their top-level type.
const OTHER = 0
const ASSISTANT = 1
const USER = 2
const PROGRESS = 3

// Texts that are handed to the host, in the order in which row-scanner.ts reads them.
const UUID = 0
const TIMESTAMP = 1
const SESSION = 2
const CWD = 3
const VERSION = 4
const REQUEST = 5
const MESSAGE_ID = 6
const MODEL = 7
const TIER = 8
const GEO = 9
const SPEED = 10
const TEXTS = 11

// Counts that are handed to the host, likewise.
const INPUT = 0
const OUTPUT = 1
const CACHE_READ = 2
const CACHE_WRITE = 3
const CACHE_WRITE_5M = 4
const CACHE_WRITE_1H = 5
const WEB_SEARCHES = 6
const COUNTS = 7

// Further names that may stand in a row once. Texts and counts have the bits before.
const TYPE = 18
const SIDECHAIN = 19
const META = 20
const SUMMARY = 21
const MESSAGE = 22
const TOOL_USE_RESULT = 23
const CONTENT = 24
const USAGE = 25
const SPLIT = 26
const SERVER_TOOLS = 27
const ITERATIONS = 28

const MAX_LINE: i32 = 4 * 1024 * 1024
const MAX_TEXT: i32 = 1000
const MAX_TOOL_CALLS = 64
const MAX_DIGITS = 15

// Memory: [texts: length and bytes, each in a slot of its own] [counts] [tool calls: offset and length] [the line]
const SLOT: i32 = 1024
const textsAt: usize = (__heap_base + 15) & ~15
const countsAt: usize = textsAt + TEXTS * SLOT
const toolCallsAt: usize = countsAt + 64
const lineAt: usize = toolCallsAt + MAX_TOOL_CALLS * 8
memory.grow(i32((lineAt + MAX_LINE) >> 16) + 1)

export function maxLine(): i32 {
  return MAX_LINE
}
export function lineOffset(): usize {
  return lineAt
}
export function textsOffset(): usize {
  return textsAt
}
export function countsOffset(): usize {
  return countsAt
}
export function toolCallsOffset(): usize {
  return toolCallsAt
}

/** Bits of the texts that have changed since the host took them last: most rows repeat most texts. */
let changedTexts: u32 = (1 << TEXTS) - 1
export function takeChangedTexts(): u32 {
  const changed = changedTexts
  changedTexts = 0
  return changed
}

let toolCalls: i32 = 0
export function toolCallCount(): i32 {
  return toolCalls
}

let isSidechain = false
export function sidechain(): bool {
  return isSidechain
}

/** The names that this row has shown. A name that is wanted and stands there twice makes it not plain. */
let seen: u32 = 0
let kind: i32 = OTHER
/** Is this a user's row that no person typed? */
let isNoPrompt = false

/** Walks the line of `length` bytes that the host has put at the line's offset. */
export function scan(length: i32): i32 {
  store<u8>(lineAt + length, 0)
  if (isToolResult(lineAt, lineAt + length)) return SHOWS_NOTHING
  seen = 0
  kind = OTHER
  isNoPrompt = false
  isSidechain = false
  toolCalls = 0
  memory.fill(countsAt, 0, COUNTS * 8)
  startAt(lineAt)
  if (!isObject() || !walkRow()) return NOT_PLAIN
  skipSpaces()
  if (at != lineAt + length) return NOT_PLAIN
  const hasUsage = has(USAGE)
  if (kind == ASSISTANT) {
    if (!hasUsage) return SHOWS_NOTHING
    emptyMissingTexts()
    return SHOWS_RESPONSE
  }
  if (kind == USER) return isNoPrompt ? SHOWS_NOTHING : NOT_PLAIN
  // The host tells which types repeat what others say, and which it does not know.
  return kind == PROGRESS || hasUsage ? NOT_PLAIN : SHOWS_NOTHING
}

function walkRow(): bool {
  let more = firstMember()
  while (more == MORE) {
    let isFine: bool
    if (isNamed('type')) isFine = once(TYPE) && rowType()
    else if (isNamed('message')) isFine = once(MESSAGE) && (isObject() ? walkMessage() : skipValue())
    else if (isNamed('timestamp')) isFine = text(TIMESTAMP)
    else if (isNamed('uuid')) isFine = text(UUID)
    else if (isNamed('sessionId')) isFine = text(SESSION)
    else if (isNamed('requestId')) isFine = text(REQUEST)
    else if (isNamed('cwd')) isFine = text(CWD)
    else if (isNamed('version')) isFine = text(VERSION)
    else if (isNamed('isSidechain')) {
      isSidechain = isTrue()
      if (isSidechain) isNoPrompt = true
      isFine = once(SIDECHAIN) && skipValue()
    } else if (isNamed('isMeta')) isFine = once(META) && noPromptIfTrue()
    else if (isNamed('isCompactSummary')) isFine = once(SUMMARY) && noPromptIfTrue()
    else if (isNamed('toolUseResult')) {
      isNoPrompt = true
      isFine = once(TOOL_USE_RESULT) && skipValue()
    } else isFine = skipValue()
    if (!isFine) return false
    more = nextMember()
  }
  return more == END
}

function rowType(): bool {
  if (!isString()) return skipValue()
  const starts = at + 1
  if (!skipString() || hadEscape) return false
  const length = i32(at - 1 - starts)
  if (isText(starts, length, 'assistant')) kind = ASSISTANT
  else if (isText(starts, length, 'user')) kind = USER
  else if (isText(starts, length, 'progress')) kind = PROGRESS
  return true
}

function noPromptIfTrue(): bool {
  if (isTrue()) isNoPrompt = true
  return skipValue()
}

function walkMessage(): bool {
  let more = firstMember()
  while (more == MORE) {
    let isFine: bool
    if (isNamed('id')) isFine = text(MESSAGE_ID)
    else if (isNamed('model')) isFine = text(MODEL)
    else if (isNamed('content')) isFine = once(CONTENT) && (isList() ? walkContent() : skipValue())
    // Only an object makes usage.
    else if (isNamed('usage')) isFine = isObject() && once(USAGE) && walkUsage()
    else isFine = skipValue()
    if (!isFine) return false
    more = nextMember()
  }
  return more == END
}

function walkUsage(): bool {
  let more = firstMember()
  while (more == MORE) {
    let isFine: bool
    if (isNamed('input_tokens')) isFine = count(INPUT)
    else if (isNamed('output_tokens')) isFine = count(OUTPUT)
    else if (isNamed('cache_read_input_tokens')) isFine = count(CACHE_READ)
    else if (isNamed('cache_creation_input_tokens')) isFine = count(CACHE_WRITE)
    else if (isNamed('cache_creation')) isFine = once(SPLIT) && (isObject() ? walkSplit() : skipValue())
    else if (isNamed('server_tool_use')) isFine = once(SERVER_TOOLS) && (isObject() ? walkServerTools() : skipValue())
    else if (isNamed('service_tier')) isFine = text(TIER)
    else if (isNamed('inference_geo')) isFine = text(GEO)
    else if (isNamed('speed')) isFine = text(SPEED)
    else if (isNamed('iterations')) isFine = once(ITERATIONS) && (isList() ? walkIterations() : skipValue())
    else isFine = skipValue()
    if (!isFine) return false
    more = nextMember()
  }
  return more == END
}

function walkSplit(): bool {
  let more = firstMember()
  while (more == MORE) {
    let isFine: bool
    if (isNamed('ephemeral_5m_input_tokens')) isFine = count(CACHE_WRITE_5M)
    else if (isNamed('ephemeral_1h_input_tokens')) isFine = count(CACHE_WRITE_1H)
    else isFine = skipValue()
    if (!isFine) return false
    more = nextMember()
  }
  return more == END
}

function walkServerTools(): bool {
  let more = firstMember()
  while (more == MORE) {
    if (!(isNamed('web_search_requests') ? count(WEB_SEARCHES) : skipValue())) return false
    more = nextMember()
  }
  return more == END
}

/** The blocks of a message: tool calls are handed on by their ids, and a tool's result was not typed. */
function walkContent(): bool {
  let more = firstElement()
  while (more == MORE) {
    if (!walkTyped()) return false
    if (isText(typeStarts, typeLength, 'tool_result')) isNoPrompt = true
    else if (isText(typeStarts, typeLength, 'tool_use') && idLength > 0) {
      if (toolCalls == MAX_TOOL_CALLS) return false
      store<i32>(toolCallsAt + toolCalls * 8, i32(idStarts - lineAt))
      store<i32>(toolCallsAt + toolCalls * 8 + 4, idLength)
      toolCalls++
    }
    more = nextElement()
  }
  return more == END
}

/** The steps of a response. An advisor's is billed beside it, and is the host's to read. */
function walkIterations(): bool {
  let more = firstElement()
  while (more == MORE) {
    if (!walkTyped() || isText(typeStarts, typeLength, 'advisor_message')) return false
    more = nextElement()
  }
  return more == END
}

/** Where the type and the id of the last element stand; their length is 0 where they are no texts. */
let typeStarts: usize = 0
let typeLength: i32 = 0
let idStarts: usize = 0
let idLength: i32 = 0

/** Walks an element of a list, which should be an object with a type. */
function walkTyped(): bool {
  typeLength = 0
  idLength = 0
  if (!isObject()) return skipValue()
  let hasType = false
  let hasId = false
  let more = firstMember()
  while (more == MORE) {
    const isType = isNamed('type')
    const isId = !isType && isNamed('id')
    const starts = at + 1
    const isGiven = isString()
    if (!skipValue()) return false
    if (isType) {
      if (hasType || (isGiven && hadEscape)) return false
      hasType = true
      if (isGiven) {
        typeStarts = starts
        typeLength = i32(at - 1 - starts)
      }
    } else if (isId) {
      if (hasId) return false
      hasId = true
      if (isGiven) {
        idStarts = starts
        idLength = i32(at - 1 - starts)
      }
    }
    more = nextMember()
  }
  return more == END
}

/** Reads a wanted text into its slot. null is as good as missing; what is neither is not plain. */
function text(field: i32): bool {
  if (!once(field)) return false
  if (isNull()) return keepText(field, lineAt, 0) && skipValue()
  const starts = at + 1
  return isString() && skipString() && keepText(field, starts, i32(at - 1 - starts))
}

function emptyMissingTexts(): void {
  for (let field = 0; field < TEXTS; field++) if (!has(field)) keepText(field, lineAt, 0)
}

/** Puts a text into its slot, unless it stands there from the row before. */
function keepText(field: i32, starts: usize, length: i32): bool {
  if (length > MAX_TEXT) return false
  const slot = textsAt + field * SLOT
  if (load<i32>(slot) == length && isSame(slot + 4, starts, length)) return true
  store<i32>(slot, length)
  memory.copy(slot + 4, starts, length)
  changedTexts |= 1 << field
  return true
}

function isSame(a: usize, b: usize, length: i32): bool {
  let i = 0
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

/** Reads a wanted count: a whole number without sign that a double holds exactly. null is 0. */
function count(field: i32): bool {
  if (!once(TEXTS + field)) return false
  if (isNull()) return skipValue()
  const starts = at
  const value = digits()
  const length = i32(at - starts)
  if (length == 0 || length > MAX_DIGITS || (length > 1 && load<u8>(starts) == 0x30) /* 0 */) return false
  // A fraction or an exponent would stand here, and is found when no comma or brace does.
  store<f64>(countsAt + field * 8, f64(value))
  return true
}

function once(name: i32): bool {
  if (has(name)) return false
  seen |= 1 << name
  return true
}

function has(name: i32): bool {
  return (seen & (1 << name)) != 0
}
