/**
 * What one row says, as far as an event needs it: a walk by structure and to the last byte, as strict as JSON.parse.
 * Whatever is not known for sure is not plain, and the host parses the line. So the walk may be simple, but never wrong:
 * a line that is torn, spliced or merely unusual must not pass.
 */

import { allocate } from './memory.as'
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
  isTrue,
  lengthOfName,
  MORE,
  nextElement,
  nextMember,
  skipSpaces,
  skipString,
  skipValue,
  startAt,
} from './json.as'
import { isPlain, isWord, word } from './text.as'
import { addCallOfRow, forgetCallsOfRow } from './tool-calls.as'

// Kinds of rows, told by their top-level type.
const OTHER = 0
export const ASSISTANT = 1
export const USER = 2
export const PROGRESS = 3

// Texts of a row: where each stands and how long it is.
export const UUID = 0
export const TIMESTAMP = 1
export const SESSION_ID = 2
export const CWD = 3
export const CLIENT = 4
export const REQUEST = 5
export const MESSAGE_ID = 6
export const MODEL_NAME = 7
export const TIER = 8
export const GEO = 9
export const SPEED = 10
export const ROLE = 11
const TEXTS = 12

// Counts of a row.
export const INPUT = 0
export const OUTPUT = 1
export const CACHE_READ = 2
export const CACHE_WRITE = 3
export const CACHE_WRITE_5M = 4
export const CACHE_WRITE_1H = 5
export const WEB_SEARCHES = 6
const COUNTS = 7

// Further names that may stand in a row once. Texts and counts have the bits before.
const TYPE_ONCE = 19
const SIDECHAIN_ONCE = 20
const META_ONCE = 21
const SUMMARY_ONCE = 22
const MESSAGE_ONCE = 23
const TOOL_USE_RESULT_ONCE = 24
const CONTENT_ONCE = 25
const USAGE_ONCE = 26
const SPLIT_ONCE = 27
const SERVER_TOOLS_ONCE = 28
const ITERATIONS_ONCE = 29

const MAX_DIGITS = 15

const TYPE = word('type')
const MESSAGE = word('message')
const TIMESTAMP_NAME = word('timestamp')
const UUID_NAME = word('uuid')
const SESSION_NAME = word('sessionId')
const REQUEST_NAME = word('requestId')
const CWD_NAME = word('cwd')
const VERSION_NAME = word('version')
const IS_SIDECHAIN = word('isSidechain')
const IS_META = word('isMeta')
const IS_COMPACT_SUMMARY = word('isCompactSummary')
const TOOL_USE_RESULT = word('toolUseResult')
const ID = word('id')
const MODEL_WORD = word('model')
const ROLE_NAME = word('role')
const CONTENT = word('content')
const USAGE = word('usage')
const TEXT = word('text')
const INPUT_TOKENS = word('input_tokens')
const OUTPUT_TOKENS = word('output_tokens')
const CACHE_READ_TOKENS = word('cache_read_input_tokens')
const CACHE_CREATION_TOKENS = word('cache_creation_input_tokens')
const CACHE_CREATION = word('cache_creation')
const EPHEMERAL_5M = word('ephemeral_5m_input_tokens')
const EPHEMERAL_1H = word('ephemeral_1h_input_tokens')
const SERVER_TOOL_USE = word('server_tool_use')
const WEB_SEARCH_REQUESTS = word('web_search_requests')
const SERVICE_TIER = word('service_tier')
const INFERENCE_GEO = word('inference_geo')
const SPEED_NAME = word('speed')
const ITERATIONS = word('iterations')
const ASSISTANT_TYPE = word('assistant')
const USER_TYPE = word('user')
const PROGRESS_TYPE = word('progress')
const TOOL_USE = word('tool_use')
const TOOL_RESULT = word('tool_result')
const ADVISOR_MESSAGE = word('advisor_message')

const textsAt = allocate(TEXTS * 8)
const countsAt = allocate(COUNTS * 8)

export let kind: i32 = OTHER
export let isSidechain = false
/** Is this a user's row that no person typed, by a flag or by what its message holds? */
export let isNoPrompt = false
/** Where the first text of the message stands, and how long it is; the length is -1 where it has none. */
export let saidStarts: usize = 0
export let saidLength: i32 = -1
/** The names that this row has shown. A name that is wanted and stands there twice makes it not plain. */
let seen: u32 = 0

export function textStarts(field: i32): usize {
  return load<i32>(textsAt + field * 8)
}

/** 0 for a text that is missing or null. */
export function textLength(field: i32): i32 {
  return load<i32>(textsAt + field * 8, 4)
}

export function countOf(field: i32): f64 {
  return load<f64>(countsAt + field * 8)
}

export function hasUsage(): bool {
  return has(USAGE_ONCE)
}

export function hasContent(): bool {
  return has(CONTENT_ONCE)
}

export function isRoleUser(): bool {
  return isWord(textStarts(ROLE), textLength(ROLE), USER_TYPE)
}

/** Walks a line; false where it is not plain. */
export function readRow(starts: usize, ends: usize): bool {
  seen = 0
  kind = OTHER
  isNoPrompt = false
  isSidechain = false
  saidLength = -1
  forgetCallsOfRow()
  memory.fill(textsAt, 0, TEXTS * 8)
  memory.fill(countsAt, 0, COUNTS * 8)
  startAt(starts)
  if (!isObject() || !walkRow()) return false
  skipSpaces()
  return at == ends
}

function walkRow(): bool {
  let more = firstMember()
  while (more == MORE) {
    if (!rowMember()) return false
    more = nextMember()
  }
  return more == END
}

function rowMember(): bool {
  switch (lengthOfName()) {
    case 3:
      if (isNamed(CWD_NAME)) return text(CWD)
      break
    case 4:
      if (isNamed(TYPE)) return once(TYPE_ONCE) && rowType()
      if (isNamed(UUID_NAME)) return text(UUID)
      break
    case 6:
      if (isNamed(IS_META)) return once(META_ONCE) && noPromptIfTrue()
      break
    case 7:
      if (isNamed(MESSAGE)) return once(MESSAGE_ONCE) && (isObject() ? walkMessage() : skipValue())
      if (isNamed(VERSION_NAME)) return text(CLIENT)
      break
    case 9:
      if (isNamed(SESSION_NAME)) return text(SESSION_ID)
      if (isNamed(TIMESTAMP_NAME)) return text(TIMESTAMP)
      if (isNamed(REQUEST_NAME)) return text(REQUEST)
      break
    case 11:
      if (isNamed(IS_SIDECHAIN)) {
        isSidechain = isTrue()
        return once(SIDECHAIN_ONCE) && noPromptIfTrue()
      }
      break
    case 13:
      if (isNamed(TOOL_USE_RESULT)) {
        isNoPrompt = true
        return once(TOOL_USE_RESULT_ONCE) && skipValue()
      }
      break
    case 16:
      if (isNamed(IS_COMPACT_SUMMARY)) return once(SUMMARY_ONCE) && noPromptIfTrue()
      break
  }
  return skipValue()
}

function rowType(): bool {
  if (!isString()) return skipValue()
  const starts = at + 1
  if (!skipString() || hadEscape) return false
  const length = i32(at - 1 - starts)
  if (isWord(starts, length, ASSISTANT_TYPE)) kind = ASSISTANT
  else if (isWord(starts, length, USER_TYPE)) kind = USER
  else if (isWord(starts, length, PROGRESS_TYPE)) kind = PROGRESS
  return true
}

function noPromptIfTrue(): bool {
  if (isTrue()) isNoPrompt = true
  return skipValue()
}

function walkMessage(): bool {
  let more = firstMember()
  while (more == MORE) {
    if (!messageMember()) return false
    more = nextMember()
  }
  return more == END
}

function messageMember(): bool {
  switch (lengthOfName()) {
    case 2:
      if (isNamed(ID)) return text(MESSAGE_ID)
      break
    case 4:
      if (isNamed(ROLE_NAME)) return text(ROLE)
      break
    case 5:
      if (isNamed(MODEL_WORD)) return text(MODEL_NAME)
      // Only an object makes usage.
      if (isNamed(USAGE)) return isObject() && once(USAGE_ONCE) && walkUsage()
      break
    case 7:
      if (isNamed(CONTENT)) return once(CONTENT_ONCE) && content()
      break
  }
  return skipValue()
}

function walkUsage(): bool {
  let more = firstMember()
  while (more == MORE) {
    if (!usageMember()) return false
    more = nextMember()
  }
  return more == END
}

function usageMember(): bool {
  switch (lengthOfName()) {
    case 5:
      if (isNamed(SPEED_NAME)) return text(SPEED)
      break
    case 10:
      if (isNamed(ITERATIONS)) return once(ITERATIONS_ONCE) && (isList() ? walkIterations() : skipValue())
      break
    case 12:
      if (isNamed(INPUT_TOKENS)) return count(INPUT)
      if (isNamed(SERVICE_TIER)) return text(TIER)
      break
    case 13:
      if (isNamed(OUTPUT_TOKENS)) return count(OUTPUT)
      if (isNamed(INFERENCE_GEO)) return text(GEO)
      break
    case 14:
      if (isNamed(CACHE_CREATION)) return once(SPLIT_ONCE) && (isObject() ? walkSplit() : skipValue())
      break
    case 15:
      if (isNamed(SERVER_TOOL_USE)) return once(SERVER_TOOLS_ONCE) && (isObject() ? walkServerTools() : skipValue())
      break
    case 23:
      if (isNamed(CACHE_READ_TOKENS)) return count(CACHE_READ)
      break
    case 27:
      if (isNamed(CACHE_CREATION_TOKENS)) return count(CACHE_WRITE)
      break
  }
  return skipValue()
}

function walkSplit(): bool {
  let more = firstMember()
  while (more == MORE) {
    let isFine: bool
    if (isNamed(EPHEMERAL_5M)) isFine = count(CACHE_WRITE_5M)
    else if (isNamed(EPHEMERAL_1H)) isFine = count(CACHE_WRITE_1H)
    else isFine = skipValue()
    if (!isFine) return false
    more = nextMember()
  }
  return more == END
}

function walkServerTools(): bool {
  let more = firstMember()
  while (more == MORE) {
    if (!(isNamed(WEB_SEARCH_REQUESTS) ? count(WEB_SEARCHES) : skipValue())) return false
    more = nextMember()
  }
  return more == END
}

/** What a message says: a text, or blocks. */
function content(): bool {
  if (isList()) return walkContent()
  if (!isString()) {
    isNoPrompt = true
    return skipValue()
  }
  saidStarts = at + 1
  if (!skipString()) return false
  saidLength = i32(at - 1 - saidStarts)
  if (saidLength == 0) isNoPrompt = true
  return true
}

/** The blocks of a message: tool calls are counted by their ids, and a tool's result was not typed. */
function walkContent(): bool {
  let more = firstElement()
  if (more == END) isNoPrompt = true
  while (more == MORE) {
    if (!isObject()) isNoPrompt = true
    if (!walkBlock()) return false
    if (isWord(typeStarts, typeLength, TOOL_RESULT)) isNoPrompt = true
    else if (isWord(typeStarts, typeLength, TOOL_USE)) {
      if (idLength > 0 && !(isPlain(idStarts, idLength) && addCallOfRow(idStarts, idLength))) return false
    } else if (isWord(typeStarts, typeLength, TEXT) && saidLength < 0) {
      saidStarts = blockTextStarts
      saidLength = blockTextLength
    }
    more = nextElement()
  }
  return more == END
}

/** The steps of a response. An advisor's is billed beside it, and is the host's to read. */
function walkIterations(): bool {
  let more = firstElement()
  while (more == MORE) {
    if (!walkBlock() || isWord(typeStarts, typeLength, ADVISOR_MESSAGE)) return false
    more = nextElement()
  }
  return more == END
}

/** Where the type, the id and the text of the last block stand; their length is 0 where they are no texts. */
let typeStarts: usize = 0
let typeLength: i32 = 0
let idStarts: usize = 0
let idLength: i32 = 0
let blockTextStarts: usize = 0
let blockTextLength: i32 = 0

/** Walks an element of a list, which should be an object with a type. */
function walkBlock(): bool {
  typeLength = 0
  idLength = 0
  blockTextLength = 0
  if (!isObject()) return skipValue()
  let hasType = false
  let hasId = false
  let hasText = false
  let more = firstMember()
  while (more == MORE) {
    const isType = isNamed(TYPE)
    const isId = isNamed(ID)
    const isText = isNamed(TEXT)
    const starts = at + 1
    const isGiven = isString()
    if (!skipValue()) return false
    const length = isGiven ? i32(at - 1 - starts) : 0
    if (isType) {
      if (hasType || (isGiven && hadEscape)) return false
      hasType = true
      typeStarts = starts
      typeLength = length
    } else if (isId) {
      if (hasId) return false
      hasId = true
      idStarts = starts
      idLength = length
    } else if (isText) {
      if (hasText) return false
      hasText = true
      blockTextStarts = starts
      blockTextLength = length
    }
    more = nextMember()
  }
  return more == END
}

/** Reads a wanted text. null is as good as missing; what is neither is not plain. */
function text(field: i32): bool {
  if (!once(field)) return false
  if (isNull()) return skipValue()
  const starts = at + 1
  if (!isString() || !skipString()) return false
  store<i32>(textsAt + field * 8, i32(starts))
  store<i32>(textsAt + field * 8, i32(at - 1 - starts), 4)
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
