/**
 * 64 bits that change when any bit of some numbers does: two hashes of 32. To notice a change, not to withstand anyone.
 */
export function quickDigest(words: Int32Array): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number
    a = Math.imul(a ^ word, 0x01000193)
    a ^= a >>> 13
    b = Math.imul(b ^ word, 0x5bd1e995)
    b ^= b >>> 15
  }
  return `${(a >>> 0).toString(36)} ${(b >>> 0).toString(36)}`
}
