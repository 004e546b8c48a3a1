import { readSync } from 'node:fs'
import { quickDigest } from './quick-digest.ts'

/**
 * What tells that a file still has the bytes up to an offset: a digest of the first ones and of the last ones before it.
 * Long enough for what most rows are told apart by, wherever in them it stands.
 */

const LENGTH = 1024

/** The first bytes and the last ones, side by side. Files are read one after another, so one place serves them all. */
const bytes = Buffer.alloc(2 * LENGTH)
const words = new Int32Array(bytes.buffer, bytes.byteOffset, (2 * LENGTH) / 4)

/** The witness of a file at an offset, as it lies on the disk. */
export function witnessOf(file: number, offset: number): string {
  const length = Math.min(LENGTH, offset)
  bytes.fill(0)
  readSync(file, bytes, 0, length, 0)
  readSync(file, bytes, LENGTH, length, offset - length)
  return quickDigest(words)
}

/** The same of a file that lies in a buffer from its start to the offset: no need to read it again. */
export function witnessIn(buffer: Buffer, offset: number): string {
  const length = Math.min(LENGTH, offset)
  bytes.fill(0)
  buffer.copy(bytes, 0, 0, length)
  buffer.copy(bytes, LENGTH, offset - length, offset)
  return quickDigest(words)
}
