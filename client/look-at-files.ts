import { type Stats, statSync } from 'node:fs'
import { filesIn, type FolderListing } from '../sources/folder-listing.ts'

export interface LookedAt {
  readonly path: string
  readonly stats: Stats
}

/** What the files of a folder look like. */
export interface FileLooks {
  /** Changes when any of them does. Empty where one of them could not be looked at. */
  readonly digest: string
  readonly files: readonly LookedAt[]
  /** When the one that was not touched for the longest time was last changed; Infinity where there is none. */
  readonly oldest: number
}

const NUMBERS = 4

/** Looks at each file of a folder once. One that cannot be looked at is given to `failed`. */
export function lookAtFiles(listing: FolderListing, failed: (path: string, error: unknown) => void): FileLooks {
  const files: LookedAt[] = []
  const numbers = new Float64Array(listing.files.length * NUMBERS)
  let oldest = Number.POSITIVE_INFINITY
  for (const path of filesIn(listing)) {
    try {
      const stats = statSync(path)
      const { size, mtimeMs, ctimeMs, ino } = stats
      numbers.set([size, mtimeMs, ctimeMs, ino], files.length * NUMBERS)
      oldest = Math.min(oldest, mtimeMs)
      files.push({ path, stats })
    } catch (error) {
      failed(path, error)
    }
  }
  return { digest: files.length === listing.files.length ? digestOf(numbers) : '', files, oldest }
}

/** 64 bits: two hashes of all the bits of the numbers. */
function digestOf(numbers: Float64Array<ArrayBuffer>): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (const word of new Int32Array(numbers.buffer)) {
    a = Math.imul(a ^ word, 0x01000193)
    a ^= a >>> 13
    b = Math.imul(b ^ word, 0x5bd1e995)
    b ^= b >>> 15
  }
  return `${(a >>> 0).toString(36)} ${(b >>> 0).toString(36)}`
}
