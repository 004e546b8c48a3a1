/**
 * The scanner of transcripts, in AssemblyScript: TypeScript's syntax, compiled to WebAssembly by
 * scripts/build-scanner.ts into scan.wasm.ts. Its host is transcript-scanner.ts.
 *
 * The host reads a file into its memory, and it finds the lines, reads the plain ones, and keeps what they show. At a
 * line that is not plain it stops, and the host parses that one.
 */

import { instantOf } from './instant.as'
import { endOfLine, showsUsage } from './lines.as'
import { allocate, clear } from './memory.as'
import {
  FOLDER as FOLDER_NAME,
  forgetNames,
  hasRoomForNames,
  MAX_NAME,
  MODEL as MODEL_KIND,
  nameOf,
  SESSION as SESSION_NAME,
  VARIANT as VARIANT_NAME,
  VERSION as VERSION_NAME,
} from './names.as'
import * as row from './row.as'
import * as sighting from './sightings.as'
import { includes, isPlain, isWord, startsWith, word } from './text.as'
import { countCalls } from './tool-calls.as'
import { isOfUser } from './user-row.as'

export { bytesOfNames, nameBytes, nameCount, nameEntries } from './names.as'
export { idTexts, setSource, sightingCount, sightingsOffset } from './sightings.as'
export {
  addHostsCall,
  countHostsCalls,
  forgetCallsOfRow,
  packedOffset,
  packedSize,
  packResponses,
  unpackResponses,
} from './tool-calls.as'

/** So many bytes are scanned at once, and a line that has no end within them is read by the host. */
const CHUNK: i32 = 1024 * 1024
/** Longer than any step that looks before the first byte or behind the last one. */
const MARGIN: i32 = 128

const bufferAt = allocate(CHUNK + 2 * MARGIN) + MARGIN

export function chunkSize(): i32 {
  return CHUNK
}

export function bufferOffset(): usize {
  return bufferAt
}

// Why a scan has stopped.
const AT_END = 0
const AT_ODD_LINE = 1
const FULL = 2

let reason: i32 = AT_END
let endOfOddLine: i32 = 0

export function stoppedBecause(): i32 {
  return reason
}

export function oddLineEnds(): i32 {
  return endOfOddLine
}

// What was come upon since the host has taken it.
let lines: i32 = 0
let sightings: i32 = 0
let fromFuture: i32 = 0
let futureStarts: f64 = Infinity

export function lineCount(): i32 {
  return lines
}
export function sightingsSeen(): i32 {
  return sightings
}
export function sightingsFromFuture(): i32 {
  return fromFuture
}

/** From when on a response is dated in the future. */
export function setFuture(starts: f64): void {
  futureStarts = starts
}

/** Forgets what was found, after the host has taken it. */
export function forget(): void {
  sighting.forgetSightings()
  forgetNames()
  lines = 0
  sightings = 0
  fromFuture = 0
}

/** Scans whole lines from one offset of the buffer to another; returns where it has stopped. */
export function scan(from: i32, to: i32): i32 {
  let starts = bufferAt + from
  const ends = bufferAt + to
  while (starts < ends) {
    const end = endOfLine(starts, ends)
    if (end == ends) break
    if (end > starts) {
      if (!sighting.hasRoomForSighting() || !hasRoomForNames(NAMES_OF_ROW)) return stop(FULL, starts)
      lines++
      if (!takeLine(starts, end)) {
        endOfOddLine = i32(end - bufferAt)
        return stop(AT_ODD_LINE, starts)
      }
    }
    starts = end + 1
  }
  return stop(AT_END, starts)
}

function stop(why: i32, at: usize): i32 {
  reason = why
  return i32(at - bufferAt)
}

const USER = word('"user"')
const TOOL_RESULT = word('"tool_result"')

/** Reads a line; false where it is not plain. It lets pass what ../prefilter.ts does, as that says why. */
function takeLine(starts: usize, ends: usize): bool {
  if (!showsUsage) {
    if (isOfUser(starts, ends)) {
      if (includes(starts, ends, TOOL_RESULT)) return true
    } else if (!includes(starts, ends, USER) || includes(starts, ends, TOOL_RESULT)) {
      return !hasEscapedLetter(starts, ends)
    }
  }
  if (!row.readRow(starts, ends)) return false
  if (row.kind == row.ASSISTANT) return row.hasUsage() ? takeResponse() : true
  if (row.kind == row.USER) return row.isNoPrompt || takePrompt()
  // The host tells which types repeat what others say, and which it does not know.
  return row.kind != row.PROGRESS && !row.hasUsage()
}

const ESCAPE = word('\\u00')

/** `\u004x` to `\u007x`: letters, with which a name could be spelled. */
function hasEscapedLetter(starts: usize, ends: usize): bool {
  if (!includes(starts, ends, ESCAPE)) return false
  for (let p = starts; p + 5 <= ends; p++) {
    if (startsWith(p, ESCAPE) && u32(load<u8>(p, 4)) - 0x34 <= 3) return true
  }
  return false
}

const NAMES_OF_ROW = 5
const SYNTHETIC = word('<synthetic>')
/** Anthropic's message ids are longer; a short one without a request id comes from a proxy and may be a constant. */
const SHORTEST_UNIQUE_ID = 20
const LONGEST_MODEL = 200
/** core/tokens.ts: the most that one class of one event may hold. */
const MAX_COUNT: f64 = 10_000_000_000

function takeResponse(): bool {
  const id = row.textStarts(row.MESSAGE_ID)
  const idLength = row.textLength(row.MESSAGE_ID)
  const model = row.textStarts(row.MODEL_NAME)
  const modelLength = row.textLength(row.MODEL_NAME)
  if (modelLength > LONGEST_MODEL || !isPlain(model, modelLength)) return false
  if (isWord(model, modelLength, SYNTHETIC)) return true
  const isKnownByItself = idLength >= SHORTEST_UNIQUE_ID || row.textLength(row.REQUEST) > 0
  if (idLength == 0 || idLength > sighting.MAX_ID || !isKnownByItself || !isPlain(id, idLength)) return false
  if (!hasContext() || !putCounts()) return false
  sighting.identify(id, idLength, false)
  store<i32>(sighting.fresh, countCalls(sighting.fresh), sighting.TOOL_CALLS)
  if (isNothing()) return true
  putContext()
  store<i32>(sighting.fresh, nameOf(MODEL_KIND, model, modelLength), sighting.MODEL)
  store<i32>(sighting.fresh, variant(), sighting.VARIANT)
  store<i32>(sighting.fresh, row.isSidechain ? sighting.IS_SIDECHAIN : 0, sighting.FLAGS)
  sighting.addSighting(id, idLength, false)
  return true
}

function takePrompt(): bool {
  const typed = typedBySomeone()
  if (typed != YES) return typed == NO
  const uuid = row.textStarts(row.UUID)
  const length = row.textLength(row.UUID)
  clear(sighting.fresh, sighting.FLAGS)
  if (length == 0 || length > sighting.MAX_ID || !isPlain(uuid, length) || !hasContext()) return false
  sighting.identify(uuid, length, true)
  putContext()
  store<i32>(sighting.fresh, sighting.IS_PROMPT, sighting.FLAGS)
  sighting.addSighting(uuid, length, true)
  return true
}

const NO = 0
const YES = 1
const NOT_PLAIN = 2

const LOCAL_COMMAND = word('<local-command-')
const BASH_STD = word('<bash-std')
const TASK_NOTIFICATION = word('<task-notification>')
const REQUEST_INTERRUPTED = word('[Request interrupted')
const LONGEST_BEGINNING = 20

/** Did a person type this user's row, or did Claude Code write it in a person's name? */
function typedBySomeone(): i32 {
  if (!row.isRoleUser() || !row.hasContent()) return NO
  if (row.saidLength <= 0) return YES
  const said = row.saidStarts
  const first = load<u8>(said)
  if (first == 0x5c /* \ */) return NOT_PLAIN
  if (first != 0x3c /* < */ && first != 0x5b /* [ */) return YES
  if (!isPlain(said, min(row.saidLength, LONGEST_BEGINNING))) return NOT_PLAIN
  const isOurs =
    startsWith(said, LOCAL_COMMAND) ||
    startsWith(said, BASH_STD) ||
    startsWith(said, TASK_NOTIFICATION) ||
    startsWith(said, REQUEST_INTERRUPTED)
  return isOurs ? NO : YES
}

/** Can the row's time, session, folder and version be taken as they stand? */
function hasContext(): bool {
  const at = instantOf(row.textStarts(row.TIMESTAMP), row.textLength(row.TIMESTAMP))
  if (at < 0) return false
  store<f64>(sighting.fresh, at, sighting.OCCURRED_AT)
  return (
    row.textLength(row.SESSION_ID) <= MAX_NAME &&
    row.textLength(row.CWD) <= MAX_NAME &&
    row.textLength(row.CLIENT) <= MAX_NAME &&
    row.textLength(row.SPEED) + row.textLength(row.GEO) + row.textLength(row.TIER) + 2 <= MAX_NAME
  )
}

function putContext(): void {
  sightings++
  if (load<f64>(sighting.fresh, sighting.OCCURRED_AT) > futureStarts) fromFuture++
  putName(sighting.SESSION, SESSION_NAME, row.SESSION_ID)
  putName(sighting.FOLDER, FOLDER_NAME, row.CWD)
  putName(sighting.VERSION, VERSION_NAME, row.CLIENT)
}

function putName(at: usize, kind: i32, field: i32): void {
  store<i32>(sighting.fresh + at, nameOf(kind, row.textStarts(field), row.textLength(field)))
}

/** The token classes, as ../parse-row.ts makes them of a row's counts; false where one of them is out of range. */
function putCounts(): bool {
  const write1h = row.countOf(row.CACHE_WRITE_1H)
  const written = max(row.countOf(row.CACHE_WRITE), row.countOf(row.CACHE_WRITE_5M) + write1h)
  const searches = row.countOf(row.WEB_SEARCHES)
  if (searches > f64(i32.MAX_VALUE)) return false
  store<u32>(sighting.fresh, u32(searches), sighting.SEARCHES)
  return (
    putCount(sighting.INPUT_TOKENS, row.countOf(row.INPUT)) &&
    putCount(sighting.OUTPUT_TOKENS, row.countOf(row.OUTPUT)) &&
    putCount(sighting.CACHE_READ_TOKENS, row.countOf(row.CACHE_READ)) &&
    putCount(sighting.CACHE_WRITE_5M_TOKENS, written - write1h) &&
    putCount(sighting.CACHE_WRITE_1H_TOKENS, write1h)
  )
}

function putCount(at: usize, count: f64): bool {
  store<f64>(sighting.fresh + at, count)
  return count <= MAX_COUNT
}

function isNothing(): bool {
  for (let at = sighting.INPUT_TOKENS; at <= sighting.CACHE_WRITE_1H_TOKENS; at += 8) {
    if (load<f64>(sighting.fresh + at) != 0) return false
  }
  return true
}

const STANDARD = word('standard')
const NOT_AVAILABLE = word('not_available')
const GLOBAL = word('global')
const variantText = allocate(MAX_NAME + 64)

/** What else the price depends on. Nearly always nothing; else its three texts with newlines between, for the host. */
function variant(): i32 {
  const geo = row.textStarts(row.GEO)
  const geoLength = row.textLength(row.GEO)
  const isUsualGeo = geoLength == 0 || isWord(geo, geoLength, NOT_AVAILABLE) || isWord(geo, geoLength, GLOBAL)
  if (isUsualGeo && isUsual(row.SPEED) && isUsual(row.TIER)) return 0
  let length = putVariantText(0, row.SPEED)
  length = putVariantText(length + 1, row.GEO)
  length = putVariantText(length + 1, row.TIER)
  return nameOf(VARIANT_NAME, variantText, length)
}

function isUsual(field: i32): bool {
  const length = row.textLength(field)
  return length == 0 || isWord(row.textStarts(field), length, STANDARD)
}

function putVariantText(at: i32, field: i32): i32 {
  if (at > 0) store<u8>(variantText + at - 1, 0x0a)
  memory.copy(variantText + at, row.textStarts(field), row.textLength(field))
  return at + row.textLength(field)
}
