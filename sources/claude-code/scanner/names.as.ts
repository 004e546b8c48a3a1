import { allocate, copy } from './memory.as'
import { isSame, quickHash } from './text.as'

/**
 * Names: sessions, folders, models and the like, which rows repeat. Each is kept once until the host takes what was
 * found, as its bytes in JSON, and rows have its number. Number 0 is the empty text.
 */

// What a name is: the host reads each kind in its own way.
export const SESSION = 0
export const FOLDER = 1
export const VERSION = 2
export const MODEL = 3
export const VARIANT = 4
const KINDS = 5

const MAX_NAMES: i32 = 8192
const MAX_BYTES: i32 = 1024 * 1024
/** The longest name that is taken; longer ones are the host's to cut. */
export const MAX_NAME: i32 = 1000
const SLOTS: i32 = MAX_NAMES * 4

// A name is its kind, where its bytes stand, and how many they are.
const ENTRY: i32 = 12
const entries = allocate((MAX_NAMES + 1) * ENTRY)
const bytes = allocate(MAX_BYTES + 64)
const slots = allocate(SLOTS * 4)
/** The number that each kind had last: most rows repeat it. */
const latest = allocate(KINDS * 4)

let count: i32 = 1
let used: i32 = 0

export function nameCount(): i32 {
  return count
}

export function nameEntries(): usize {
  return entries
}

export function nameBytes(): usize {
  return bytes
}

export function bytesOfNames(): i32 {
  return used
}

/** Is there room for so many more names, of any length? */
export function hasRoomForNames(more: i32): bool {
  return count + more <= MAX_NAMES && used + more * MAX_NAME <= MAX_BYTES
}

export function forgetNames(): void {
  memory.fill(slots, 0, SLOTS * 4)
  memory.fill(latest, 0, KINDS * 4)
  count = 1
  used = 0
}

/** The number of a name of at most {@link MAX_NAME} bytes. */
export function nameOf(kind: i32, starts: usize, length: i32): i32 {
  if (length == 0) return 0
  const before = load<i32>(latest + kind * 4)
  if (before != 0 && isEntry(before, kind, starts, length)) return before
  const number = findName(kind, starts, length)
  store<i32>(latest + kind * 4, number)
  return number
}

function findName(kind: i32, starts: usize, length: i32): i32 {
  const hash = quickHash(starts, length) + u32(kind)
  let slot = hash & (SLOTS - 1)
  while (true) {
    const number = load<i32>(slots + slot * 4)
    if (number == 0) return addName(slot, kind, starts, length)
    if (isEntry(number, kind, starts, length)) return number
    slot = (slot + 1) & (SLOTS - 1)
  }
}

function isEntry(number: i32, kind: i32, starts: usize, length: i32): bool {
  const entry = entries + number * ENTRY
  if (load<i32>(entry) != kind || load<i32>(entry, 8) != length) return false
  return isSame(bytes + load<i32>(entry, 4), starts, length)
}

function addName(slot: u32, kind: i32, starts: usize, length: i32): i32 {
  const entry = entries + count * ENTRY
  store<i32>(entry, kind)
  store<i32>(entry, used, 4)
  store<i32>(entry, length, 8)
  copy(bytes + used, starts, length)
  used += length
  store<i32>(slots + slot * 4, count)
  return count++
}
