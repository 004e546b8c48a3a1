import { type Stats, statSync } from 'node:fs'
import { filesIn, type FolderListing } from '../sources/folder-listing.ts'
import { quickDigest } from '../sources/quick-digest.ts'

interface LookedAt {
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
  return {
    digest: files.length === listing.files.length ? quickDigest(new Int32Array(numbers.buffer)) : '',
    files,
    oldest,
  }
}
