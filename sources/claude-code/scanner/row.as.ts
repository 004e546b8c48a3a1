/**
 * What one row says, as far as an event needs it: a walk by structure and to the last byte, as strict as JSON.parse.
 * Whatever is not known for sure is not plain, and the host parses the line. So the walk may be simple, but never wrong:
 * a line that is torn, spliced or merely unusual must not pass.
 */

import {
  firstElement,
  firstMember,
  isList,
  isNull,
  isObject,
  isString,
  isTrue,
  nameLength,
  nameStarts,
  nextElement,
  nextMember,
  skipSpaces,
  skipString,
  skipValue,
  startWalk,
  TORN,
  valueOfMember,
} from './json.as'
import { allocate, clear } from './memory.as'
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
const MESSAGE_NAME = word('message')
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
const USAGE_NAME = word('usage')
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
  clear(textsAt, TEXTS * 8)
  clear(countsAt, COUNTS * 8)
  startWalk()
  const row = skipSpaces(starts)
  if (!isObject(row)) return false
  const end = walk(row, ROW)
  return end != TORN && skipSpaces(end) == ends
}

// Objects of a row whose members are wanted.
const ROW = 0
const MESSAGE = 1
const USAGE = 2
const SPLIT = 3
const SERVER_TOOLS = 4
const BLOCK = 5

/** Walks an object; returns the place behind it. */
function walk(p: usize, object: i32): usize {
  p = firstMember(p)
  while (p != TORN) {
    if (load<u8>(p) == 0x7d /* } */) return p + 1
    p = valueOfMember(p)
    if (p == TORN) return TORN
    p = member(p, object)
    if (p != TORN) p = nextMember(p)
  }
  return TORN
}

/** Takes the value of a member; returns the place behind it. */
function member(p: usize, object: i32): usize {
  switch (object) {
    case ROW:
      return rowMember(p)
    case MESSAGE:
      return messageMember(p)
    case USAGE:
      return usageMember(p)
    case SPLIT:
      if (isNamed(EPHEMERAL_5M)) return count(p, CACHE_WRITE_5M)
      return isNamed(EPHEMERAL_1H) ? count(p, CACHE_WRITE_1H) : skipValue(p)
    case SERVER_TOOLS:
      return isNamed(WEB_SEARCH_REQUESTS) ? count(p, WEB_SEARCHES) : skipValue(p)
    default:
      return blockMember(p)
  }
}

function isNamed(word: usize): bool {
  return isWord(nameStarts, nameLength, word)
}

/** Names of one length are few, so that is looked at first. */
function rowMember(p: usize): usize {
  switch (nameLength) {
    case 3:
      if (isNamed(CWD_NAME)) return text(p, CWD)
      break
    case 4:
      if (isNamed(TYPE)) return once(TYPE_ONCE) ? rowType(p) : TORN
      if (isNamed(UUID_NAME)) return text(p, UUID)
      break
    case 6:
      if (isNamed(IS_META)) return once(META_ONCE) ? noPromptIfTrue(p) : TORN
      break
    case 7:
      if (isNamed(MESSAGE_NAME)) return wanted(p, MESSAGE, MESSAGE_ONCE)
      if (isNamed(VERSION_NAME)) return text(p, CLIENT)
      break
    case 9:
      if (isNamed(SESSION_NAME)) return text(p, SESSION_ID)
      if (isNamed(TIMESTAMP_NAME)) return text(p, TIMESTAMP)
      if (isNamed(REQUEST_NAME)) return text(p, REQUEST)
      break
    case 11:
      if (isNamed(IS_SIDECHAIN)) {
        isSidechain = isTrue(p)
        return once(SIDECHAIN_ONCE) ? noPromptIfTrue(p) : TORN
      }
      break
    case 13:
      if (isNamed(TOOL_USE_RESULT)) {
        isNoPrompt = true
        return once(TOOL_USE_RESULT_ONCE) ? skipValue(p) : TORN
      }
      break
    case 16:
      if (isNamed(IS_COMPACT_SUMMARY)) return once(SUMMARY_ONCE) ? noPromptIfTrue(p) : TORN
      break
  }
  return skipValue(p)
}

function rowType(p: usize): usize {
  if (!isString(p)) return skipValue(p)
  const end = skipString(p)
  if (end == TORN) return TORN
  const length = i32(end - p - 2)
  if (!isPlain(p + 1, length)) return TORN
  if (isWord(p + 1, length, ASSISTANT_TYPE)) kind = ASSISTANT
  else if (isWord(p + 1, length, USER_TYPE)) kind = USER
  else if (isWord(p + 1, length, PROGRESS_TYPE)) kind = PROGRESS
  return end
}

function noPromptIfTrue(p: usize): usize {
  if (isTrue(p)) isNoPrompt = true
  return skipValue(p)
}

function messageMember(p: usize): usize {
  switch (nameLength) {
    case 2:
      if (isNamed(ID)) return text(p, MESSAGE_ID)
      break
    case 4:
      if (isNamed(ROLE_NAME)) return text(p, ROLE)
      break
    case 5:
      if (isNamed(MODEL_WORD)) return text(p, MODEL_NAME)
      // Only an object makes usage.
      if (isNamed(USAGE_NAME)) return isObject(p) ? wanted(p, USAGE, USAGE_ONCE) : TORN
      break
    case 7:
      if (isNamed(CONTENT)) return once(CONTENT_ONCE) ? content(p) : TORN
      break
  }
  return skipValue(p)
}

function usageMember(p: usize): usize {
  switch (nameLength) {
    case 5:
      if (isNamed(SPEED_NAME)) return text(p, SPEED)
      break
    case 10:
      if (isNamed(ITERATIONS)) return once(ITERATIONS_ONCE) ? iterations(p) : TORN
      break
    case 12:
      if (isNamed(INPUT_TOKENS)) return count(p, INPUT)
      if (isNamed(SERVICE_TIER)) return text(p, TIER)
      break
    case 13:
      if (isNamed(OUTPUT_TOKENS)) return count(p, OUTPUT)
      if (isNamed(INFERENCE_GEO)) return text(p, GEO)
      break
    case 14:
      if (isNamed(CACHE_CREATION)) return wanted(p, SPLIT, SPLIT_ONCE)
      break
    case 15:
      if (isNamed(SERVER_TOOL_USE)) return wanted(p, SERVER_TOOLS, SERVER_TOOLS_ONCE)
      break
    case 23:
      if (isNamed(CACHE_READ_TOKENS)) return count(p, CACHE_READ)
      break
    case 27:
      if (isNamed(CACHE_CREATION_TOKENS)) return count(p, CACHE_WRITE)
      break
  }
  return skipValue(p)
}

/** A wanted object, where it is one. */
function wanted(p: usize, object: i32, name: i32): usize {
  if (!once(name)) return TORN
  return isObject(p) ? walk(p, object) : skipValue(p)
}

/** What a message says: a text, or blocks. */
function content(p: usize): usize {
  if (isList(p)) return blocks(p)
  if (!isString(p)) {
    isNoPrompt = true
    return skipValue(p)
  }
  const end = skipString(p)
  saidStarts = p + 1
  saidLength = i32(end - p - 2)
  if (saidLength == 0) isNoPrompt = true
  return end
}

/** The blocks of a message: tool calls are counted by their ids, and a tool's result was not typed. */
function blocks(p: usize): usize {
  p = firstElement(p)
  if (load<u8>(p) == 0x5d /* ] */) isNoPrompt = true
  while (p != TORN) {
    if (load<u8>(p) == 0x5d /* ] */) return p + 1
    if (!isObject(p)) isNoPrompt = true
    p = block(p)
    if (p == TORN || !takeBlock()) return TORN
    p = nextElement(p)
  }
  return TORN
}

function takeBlock(): bool {
  if (isWord(typeStarts, typeLength, TOOL_RESULT)) isNoPrompt = true
  else if (isWord(typeStarts, typeLength, TOOL_USE)) {
    return idLength == 0 || (isPlain(idStarts, idLength) && addCallOfRow(idStarts, idLength))
  } else if (isWord(typeStarts, typeLength, TEXT) && saidLength < 0) {
    saidStarts = blockTextStarts
    saidLength = blockTextLength
  }
  return true
}

/** The steps of a response. An advisor's is billed beside it, and is the host's to read. */
function iterations(p: usize): usize {
  if (!isList(p)) return skipValue(p)
  p = firstElement(p)
  while (p != TORN) {
    if (load<u8>(p) == 0x5d /* ] */) return p + 1
    p = block(p)
    if (p == TORN || isWord(typeStarts, typeLength, ADVISOR_MESSAGE)) return TORN
    p = nextElement(p)
  }
  return TORN
}

/** Where the type, the id and the text of the last block stand; their length is 0 where they are no texts. */
let typeStarts: usize = 0
let typeLength: i32 = 0
let idStarts: usize = 0
let idLength: i32 = 0
let blockTextStarts: usize = 0
let blockTextLength: i32 = 0
let seenInBlock: i32 = 0

/** Walks an element of a list, which should be an object with a type. */
function block(p: usize): usize {
  typeLength = 0
  idLength = 0
  blockTextLength = 0
  seenInBlock = 0
  return isObject(p) ? walk(p, BLOCK) : skipValue(p)
}

function blockMember(p: usize): usize {
  const isType = isNamed(TYPE)
  const isId = isNamed(ID)
  const isText = isNamed(TEXT)
  const end = skipValue(p)
  const length = end != TORN && isString(p) ? i32(end - p - 2) : 0
  if (isType) {
    if (!onceInBlock(1) || !isPlain(p + 1, length)) return TORN
    typeStarts = p + 1
    typeLength = length
  } else if (isId) {
    if (!onceInBlock(2)) return TORN
    idStarts = p + 1
    idLength = length
  } else if (isText) {
    if (!onceInBlock(4)) return TORN
    blockTextStarts = p + 1
    blockTextLength = length
  }
  return end
}

function onceInBlock(name: i32): bool {
  if ((seenInBlock & name) != 0) return false
  seenInBlock |= name
  return true
}

/** Reads a wanted text. null is as good as missing; what is neither is not plain. */
function text(p: usize, field: i32): usize {
  if (!once(field)) return TORN
  if (isNull(p)) return skipValue(p)
  if (!isString(p)) return TORN
  const end = skipString(p)
  store<i32>(textsAt + field * 8, i32(p + 1))
  store<i32>(textsAt + field * 8, i32(end - p - 2), 4)
  return end
}

/** Reads a wanted count: a whole number without sign that a double holds exactly. null is 0. */
function count(p: usize, field: i32): usize {
  if (!once(TEXTS + field)) return TORN
  if (isNull(p)) return skipValue(p)
  const starts = p
  let value: u64 = 0
  let digit = u32(load<u8>(p)) - 0x30
  while (digit <= 9) {
    value = value * 10 + digit
    p++
    digit = u32(load<u8>(p)) - 0x30
  }
  const length = i32(p - starts)
  if (length == 0 || length > MAX_DIGITS || (length > 1 && load<u8>(starts) == 0x30) /* 0 */) return TORN
  // A fraction or an exponent would stand here, and is found when no comma or brace does.
  store<f64>(countsAt + field * 8, f64(value))
  return p
}

function once(name: i32): bool {
  if (has(name)) return false
  seen |= 1 << name
  return true
}

function has(name: i32): bool {
  return (seen & (1 << name)) != 0
}
