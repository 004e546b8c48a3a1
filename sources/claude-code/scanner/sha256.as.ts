import { allocate, clear, copy } from './memory.as'

/** SHA-256 (FIPS 180-4), for the ids of events. */

const MAX_TEXT: i32 = 512

const constants: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])
const initial: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])
const schedule = allocate(64 * 4)
const state = allocate(8 * 4)
const message = allocate(MAX_TEXT + 128)
let length: i32 = 0

/** Begins a message. */
export function hashText(starts: usize, bytes: i32): void {
  length = 0
  hashMore(starts, bytes)
}

/** Adds to the message, which has at most 512 bytes. */
export function hashMore(starts: usize, bytes: i32): void {
  copy(message + length, starts, bytes)
  length += bytes
}

/** Writes the first 128 bits of the message's hash. */
export function writeHash128(to: usize): void {
  const bits = u64(length) * 8
  const ends = (length + 9 + 63) & ~63
  clear(message + length, ends - length)
  store<u8>(message + length, 0x80)
  store<u64>(message + ends - 8, bswap(bits))
  copy(state, initial, 32)
  for (let block = 0; block < ends; block += 64) hashBlock(message + block)
  for (let i = 0; i < 16; i += 4) store<u32>(to + i, bswap(load<u32>(state + i)))
}

function hashBlock(block: usize): void {
  for (let i = 0; i < 64; i += 4) store<u32>(schedule + i, bswap(load<u32>(block + i)))
  for (let i: usize = schedule + 64; i < schedule + 256; i += 4) {
    const before15 = load<u32>(i - 60)
    const before2 = load<u32>(i - 8)
    const s0 = rotr(before15, 7) ^ rotr(before15, 18) ^ (before15 >> 3)
    const s1 = rotr(before2, 17) ^ rotr(before2, 19) ^ (before2 >> 10)
    store<u32>(i, load<u32>(i - 64) + s0 + load<u32>(i - 28) + s1)
  }
  let a = load<u32>(state)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  let e = load<u32>(state, 16)
  let f = load<u32>(state, 20)
  let g = load<u32>(state, 24)
  let h = load<u32>(state, 28)
  // Eight rounds, after which every word is in its own place again: that is quicker than to move them in each.
  for (let i = 0; i < 256; i += 32) {
    h += mixed(e, f, g, i)
    d += h
    h += majority(a, b, c)
    g += mixed(d, e, f, i + 4)
    c += g
    g += majority(h, a, b)
    f += mixed(c, d, e, i + 8)
    b += f
    f += majority(g, h, a)
    e += mixed(b, c, d, i + 12)
    a += e
    e += majority(f, g, h)
    d += mixed(a, b, c, i + 16)
    h += d
    d += majority(e, f, g)
    c += mixed(h, a, b, i + 20)
    g += c
    c += majority(d, e, f)
    b += mixed(g, h, a, i + 24)
    f += b
    b += majority(c, d, e)
    a += mixed(f, g, h, i + 28)
    e += a
    a += majority(b, c, d)
  }
  store<u32>(state, load<u32>(state) + a)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
  store<u32>(state, load<u32>(state, 16) + e, 16)
  store<u32>(state, load<u32>(state, 20) + f, 20)
  store<u32>(state, load<u32>(state, 24) + g, 24)
  store<u32>(state, load<u32>(state, 28) + h, 28)
}

function mixed(e: u32, f: u32, g: u32, i: i32): u32 {
  const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)
  return s1 + (g ^ (e & (f ^ g))) + load<u32>(constants + i) + load<u32>(schedule + i)
}

function majority(a: u32, b: u32, c: u32): u32 {
  const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)
  return s0 + ((a & b) | (c & (a | b)))
}
