/** Base64 for URLs (RFC 4648, section 5), without padding. */

const letters: usize = memory.data(64)
for (let i: u32 = 0; i < 26; i++) {
  store<u8>(letters + i, u8(0x41 /* A */ + i))
  store<u8>(letters + 26 + i, u8(0x61 /* a */ + i))
}
for (let i: u32 = 0; i < 10; i++) store<u8>(letters + 52 + i, u8(0x30 /* 0 */ + i))
store<u8>(letters + 62, 0x2d /* - */)
store<u8>(letters + 63, 0x5f /* _ */)

/** Writes 128 bits as 22 characters. */
export function writeBase64url(from: usize, to: usize): void {
  for (let i: usize = 0; i < 15; i += 3) {
    const bits = (u32(load<u8>(from + i)) << 16) | (u32(load<u8>(from + i, 1)) << 8) | u32(load<u8>(from + i, 2))
    const at = to + (i / 3) * 4
    store<u8>(at, load<u8>(letters + (bits >> 18)))
    store<u8>(at, load<u8>(letters + ((bits >> 12) & 63)), 1)
    store<u8>(at, load<u8>(letters + ((bits >> 6) & 63)), 2)
    store<u8>(at, load<u8>(letters + (bits & 63)), 3)
  }
  const last = u32(load<u8>(from, 15))
  store<u8>(to, load<u8>(letters + (last >> 2)), 20)
  store<u8>(to, load<u8>(letters + ((last & 3) << 4)), 21)
}
