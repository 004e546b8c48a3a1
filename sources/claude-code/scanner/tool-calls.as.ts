import { allocate, copy } from './memory.as'

/**
 * The tool calls of the latest responses of a file, as ../open-responses.ts counts them: a response is one row for each
 * of its blocks, so its calls are those of all its rows.
 */

const MOST_RESPONSES: i32 = 4
const MOST_CALLS: i32 = 1024

// A response is its id (128 bits), how many calls it has, and their hashes.
const HEAD: i32 = 20
const RESPONSE: i32 = HEAD + MOST_CALLS * 8

const responses = allocate(MOST_RESPONSES * RESPONSE)
/** Where each stands, the one that was quiet longest first. */
const order = allocate(MOST_RESPONSES * 4)
let known: i32 = 0

// The calls of the row that is being read.
const rowCalls = allocate(MOST_CALLS * 8)
let callsOfRow: i32 = 0

/** Where the host and the scanner hand a state to each other. */
const PACKED_SIZE: i32 = MOST_RESPONSES * RESPONSE
const packed = allocate(PACKED_SIZE)

export function packedOffset(): usize {
  return packed
}

export function packedSize(): i32 {
  return PACKED_SIZE
}

export function forgetCallsOfRow(): void {
  callsOfRow = 0
}

/** Takes a call of the row; false where there are too many. */
export function addCallOfRow(starts: usize, length: i32): bool {
  return addHashedCall(hashOfCall(starts, length))
}

function addHashedCall(hash: u64): bool {
  if (callsOfRow == MOST_CALLS) return false
  store<u64>(rowCalls + callsOfRow * 8, hash)
  callsOfRow++
  return true
}

/** The same for a row of the host's, which has hashed the call. */
export function addHostsCall(a: u32, b: u32): void {
  addHashedCall((u64(b) << 32) | u64(a))
}

/** How many calls the response has whose id the host has put at `packed`, with those of the host's row. */
export function countHostsCalls(): i32 {
  return countCalls(packed)
}

/** How many calls a response's rows have shown so far, with those of this row. */
export function countCalls(id: usize): i32 {
  let at = placeOf(id)
  if (callsOfRow == 0) return at < 0 ? 0 : load<i32>(responseAt(at), 16)
  const response = at < 0 ? replaceOldest(id) : toEnd(at)
  for (let i = 0; i < callsOfRow; i++) addCall(response, load<u64>(rowCalls + i * 8))
  return load<i32>(response, 16)
}

/** Writes what is known to `packed`; returns its length. */
export function packResponses(): i32 {
  let length: i32 = 0
  for (let at = 0; at < known; at++) {
    const response = responseAt(at)
    const bytes = HEAD + load<i32>(response, 16) * 8
    memory.copy(packed + length, response, bytes)
    length += bytes
  }
  return length
}

/** Knows again what was packed; false where it was not, and nothing is known then. */
export function unpackResponses(length: i32): bool {
  known = 0
  let from: i32 = 0
  while (from < length) {
    const calls = from + HEAD <= length ? load<i32>(packed + from, 16) : -1
    const bytes = HEAD + calls * 8
    if (known == MOST_RESPONSES || calls < 1 || calls > MOST_CALLS || from + bytes > length) {
      known = 0
      return false
    }
    store<i32>(order + known * 4, known)
    memory.copy(responses + known * RESPONSE, packed + from, bytes)
    known++
    from += bytes
  }
  return true
}

function responseAt(at: i32): usize {
  return responses + load<i32>(order + at * 4) * RESPONSE
}

function placeOf(id: usize): i32 {
  for (let at = known - 1; at >= 0; at--) {
    const response = responseAt(at)
    if (load<u64>(response) == load<u64>(id) && load<u64>(response, 8) == load<u64>(id, 8)) return at
  }
  return -1
}

function replaceOldest(id: usize): usize {
  if (known < MOST_RESPONSES) {
    store<i32>(order + known * 4, known)
    known++
  } else toEnd(0)
  const response = responseAt(known - 1)
  copy(response, id, 16)
  store<i32>(response, 0, 16)
  return response
}

/** Makes the response at a place the latest one. */
function toEnd(at: i32): usize {
  const moved = load<i32>(order + at * 4)
  for (let i = at; i < known - 1; i++) store<i32>(order + i * 4, load<i32>(order + (i + 1) * 4))
  store<i32>(order + (known - 1) * 4, moved)
  return responses + moved * RESPONSE
}

function addCall(response: usize, hash: u64): void {
  const count = load<i32>(response, 16)
  const calls = response + HEAD
  for (let i = 0; i < count; i++) if (load<u64>(calls + i * 8) == hash) return
  if (count == MOST_CALLS) return
  store<u64>(calls + count * 8, hash)
  store<i32>(response, count + 1, 16)
}

/** Two hashes of 32 bits, so that ../open-responses.ts can make the same without 64-bit numbers. */
function hashOfCall(starts: usize, length: i32): u64 {
  let a: u32 = 0x811c9dc5
  let b: u32 = 0x9747b28c
  for (let i = 0; i < length; i++) {
    const byte = u32(load<u8>(starts + i))
    a = (a ^ byte) * 0x01000193
    b = (b ^ byte) * 0x5bd1e995
    b ^= b >> 15
  }
  return (u64(b) << 32) | u64(a)
}
