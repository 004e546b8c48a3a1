/**
 * What was found and not yet taken: sightings as numbers, one behind the other. Those of one response are joined here
 * where it is plain which of them wins, as core/usage-event.ts says; where it is not, both are handed on, and joined by
 * whoever records them.
 */

import { allocate, copy } from './memory.as'
import { writeBase64url } from './base64url.as'
import { hashMore, hashText, writeHash128 } from './sha256.as'
import { isSame, quickHash } from './text.as'

const MAX_SIGHTINGS: i32 = 8192
const SLOTS: i32 = MAX_SIGHTINGS * 4
/** The longest id that is taken, in bytes. */
export const MAX_ID: i32 = 200
const MAX_ID_BYTES: i32 = 512 * 1024

// A sighting. core/packed-events.ts reads it.
export const OCCURRED_AT = 16
export const INPUT_TOKENS = 24
export const OUTPUT_TOKENS = 32
export const CACHE_READ_TOKENS = 40
export const CACHE_WRITE_5M_TOKENS = 48
export const CACHE_WRITE_1H_TOKENS = 56
export const TOOL_CALLS = 64
export const SEARCHES = 68
export const SESSION = 72
export const FOLDER = 76
export const MODEL = 80
export const VARIANT = 84
export const VERSION = 88
export const FLAGS = 92
const SIGHTING: i32 = 96

// Flags. The source has the bits above.
export const IS_PROMPT = 1
export const IS_SIDECHAIN = 2
const SOURCE_SHIFT = 8

const sightings = allocate(MAX_SIGHTINGS * SIGHTING)
/** By the hash of what it is known by: the number of the sighting, counted from 1. */
const slots = allocate(SLOTS * 4)
/** What each is known by: where it stands among the ids, and how long it is, with its kind. */
const identities = allocate(MAX_SIGHTINGS * 8)
const idBytes = allocate(MAX_ID_BYTES + 64)
/** 128 bits are 22 characters. */
const ID_TEXT: i32 = 22
const idTextBytes = allocate(MAX_SIGHTINGS * ID_TEXT + 8)
let count: i32 = 0
let usedIdBytes: i32 = 0

/** The sighting of the row that is being read, before it has a place. */
export const fresh = allocate(SIGHTING)
let source: i32 = 0

export function sightingCount(): i32 {
  return count
}

export function sightingsOffset(): usize {
  return sightings
}

/** Writes the ids of all sightings as text, one behind the other, and returns where they stand. */
export function idTexts(): usize {
  for (let i = 0; i < count; i++) writeBase64url(sightings + i * SIGHTING, idTextBytes + i * ID_TEXT)
  return idTextBytes
}

export function hasRoomForSighting(): bool {
  return count < MAX_SIGHTINGS && usedIdBytes + MAX_ID <= MAX_ID_BYTES
}

export function forgetSightings(): void {
  memory.fill(slots, 0, SLOTS * 4)
  count = 0
  usedIdBytes = 0
}

/** The source of the sightings that follow, by a number of the host's. */
export function setSource(number: i32): void {
  source = number
}

/** What a kind of event puts before its id, as ../event-id.ts does. */
const RESPONSE_PREFIX = bytesOf('claudeforge 1 message ')
const PROMPT_PREFIX = bytesOf('claudeforge 1 prompt ')

function bytesOf(text: string): usize {
  const at = allocate(4 + text.length)
  store<i32>(at, text.length)
  for (let i = 0; i < text.length; i++) store<u8>(at + 4 + i, u8(text.charCodeAt(i)))
  return at
}

/** Where the sighting stands that is known by the same as the fresh one; 0 where there is none. */
let known: usize = 0
let slot: u32 = 0

/** Gives the fresh sighting its id, and looks whether that response or prompt was found already. */
export function identify(starts: usize, length: i32, isPrompt: bool): void {
  slot = (quickHash(starts, length) + u32(isPrompt)) & (SLOTS - 1)
  known = 0
  let number = load<i32>(slots + slot * 4)
  while (number != 0) {
    if (isKnownBy(number, starts, length, isPrompt)) {
      known = sightings + (number - 1) * SIGHTING
      copy(fresh, known, 16)
      return
    }
    slot = (slot + 1) & (SLOTS - 1)
    number = load<i32>(slots + slot * 4)
  }
  const prefix = isPrompt ? PROMPT_PREFIX : RESPONSE_PREFIX
  hashText(prefix + 4, load<i32>(prefix))
  hashMore(starts, length)
  writeHash128(fresh)
}

function isKnownBy(number: i32, starts: usize, length: i32, isPrompt: bool): bool {
  const identity = identities + (number - 1) * 8
  if (load<i32>(identity, 4) != length * 2 + i32(isPrompt)) return false
  return isSame(idBytes + load<i32>(identity), starts, length)
}

/** Takes the fresh sighting, as one of its own or joined to that of the same response. */
export function addSighting(starts: usize, length: i32, isPrompt: bool): void {
  store<i32>(fresh, load<i32>(fresh, FLAGS) | (source << SOURCE_SHIFT), FLAGS)
  if (known != 0 && joined()) return
  const sighting = sightings + count * SIGHTING
  copy(sighting, fresh, SIGHTING)
  count++
  if (known != 0) return
  const identity = identities + (count - 1) * 8
  store<i32>(identity, usedIdBytes)
  store<i32>(identity, length * 2 + i32(isPrompt), 4)
  copy(idBytes + usedIdBytes, starts, length)
  usedIdBytes += length
  store<i32>(slots + slot * 4, count)
}

// What one sighting is to another.
const SAME = 0
const BETTER = 1
const WORSE = -1
const UNCLEAR = 2

/** Joins the fresh sighting to the known one; false, and nothing is changed, where it is not plain which one wins. */
function joined(): bool {
  const counts = compareCounts()
  const context = compareContext()
  if (counts == UNCLEAR || context == UNCLEAR) return false
  if (counts == BETTER) {
    copy(known + INPUT_TOKENS, fresh + INPUT_TOKENS, SESSION - INPUT_TOKENS)
    store<u64>(known, load<u64>(fresh, MODEL), MODEL)
    store<i32>(known, load<i32>(fresh, VERSION), VERSION)
    const others = load<i32>(known, FLAGS) & ~IS_SIDECHAIN
    store<i32>(known, others | (load<i32>(fresh, FLAGS) & IS_SIDECHAIN), FLAGS)
  }
  if (context == BETTER) {
    store<f64>(known, load<f64>(fresh, OCCURRED_AT), OCCURRED_AT)
    store<u64>(known, load<u64>(fresh, SESSION), SESSION)
    const own = load<i32>(known, FLAGS) & (IS_PROMPT | IS_SIDECHAIN)
    store<i32>(known, own | (source << SOURCE_SHIFT), FLAGS)
  }
  return true
}

/** Which is the better witness of the counts: a main row, the larger output, the larger total, then a fixed order. */
function compareCounts(): i32 {
  const isAside = load<i32>(fresh, FLAGS) & IS_SIDECHAIN
  if (isAside != (load<i32>(known, FLAGS) & IS_SIDECHAIN)) return isAside != 0 ? WORSE : BETTER
  let order = compareNumbers(OUTPUT_TOKENS)
  if (order != SAME) return order
  const total = totalOf(fresh)
  const other = totalOf(known)
  if (total != other) return total > other ? BETTER : WORSE
  // The fixed order begins with names, which only the host can put in order.
  if (load<u64>(fresh, MODEL) != load<u64>(known, MODEL)) return UNCLEAR
  if (load<i32>(fresh, VERSION) != load<i32>(known, VERSION)) return UNCLEAR
  order = compareNumbers(INPUT_TOKENS)
  if (order == SAME) order = compareNumbers(CACHE_READ_TOKENS)
  if (order == SAME) order = compareNumbers(CACHE_WRITE_5M_TOKENS)
  if (order == SAME) order = compareNumbers(CACHE_WRITE_1H_TOKENS)
  if (order == SAME) order = compareSmall(TOOL_CALLS)
  return order == SAME ? compareSmall(SEARCHES) : order
}

function totalOf(sighting: usize): f64 {
  let total: f64 = 0
  for (let at = INPUT_TOKENS; at <= CACHE_WRITE_1H_TOKENS; at += 8) total += load<f64>(sighting + at)
  return total
}

/** Which is the earlier one. Of two at one instant the host knows the order, unless they are alike. */
function compareContext(): i32 {
  const at = load<f64>(fresh, OCCURRED_AT)
  const other = load<f64>(known, OCCURRED_AT)
  if (at != other) return at < other ? BETTER : WORSE
  const isAlike =
    load<u64>(fresh, SESSION) == load<u64>(known, SESSION) && source == load<i32>(known, FLAGS) >> SOURCE_SHIFT
  return isAlike ? SAME : UNCLEAR
}

function compareNumbers(at: usize): i32 {
  const a = load<f64>(fresh + at)
  const b = load<f64>(known + at)
  return a == b ? SAME : a > b ? BETTER : WORSE
}

function compareSmall(at: usize): i32 {
  const a = load<u32>(fresh + at)
  const b = load<u32>(known + at)
  return a == b ? SAME : a > b ? BETTER : WORSE
}
