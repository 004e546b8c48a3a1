import { hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Whole lines that were added to a file since a cursor.
 *
 * Files are read while an agent writes them, and are at times truncated, replaced or rewritten in place. A cursor is
 * trusted only while the bytes it stands on are the bytes it was made from; otherwise the file is read from its start,
 * which does no harm, since recording an event twice changes nothing.
 */

/** How far a file has been read, and what tells it apart from another file at its path. */
export interface FileMark {
  readonly device: string
  readonly inode: string
  readonly size: number
  readonly changed_at: string
  /** End of the last complete line that was read. */
  readonly offset: number
  /** Hash of the bytes around `offset` and at the start. */
  readonly fingerprint: string
  /** What the line reader knew at `offset`. */
  readonly state: string
}

/** What a file shows of itself without being opened. */
export type FileLook = Pick<FileMark, 'device' | 'inode' | 'size' | 'changed_at'>

/** Takes the lines of one file, one after another, without their newline. */
export interface LineReader {
  /** A complete line: bytes `starts` to `ends` of `bytes`, valid only during the call. */
  line(bytes: Buffer, starts: number, ends: number): void
  /** What stands after the last newline. It may be half a line, and will be read again. */
  unfinished(bytes: Buffer, starts: number, ends: number): void
  /** A line longer than {@link MAX_LINE} was passed over. */
  oversized(): void
  /** What it must be given to go on from here. */
  state(): string
}

/** The longest line that is read, in bytes. Longer ones (never seen) are counted and passed over. */
export const MAX_LINE = 64 * 1024 * 1024

const CHUNK = 1024 * 1024
const NEWLINE = 10
const WITNESS = 1024

interface Stats {
  readonly dev: number | bigint
  readonly ino: number | bigint
  readonly size: number | bigint
  readonly mtimeMs: number | bigint
  readonly ctimeMs: number | bigint
}

export function lookOf(stats: Stats): FileLook {
  return {
    device: String(stats.dev),
    inode: String(stats.ino),
    size: Number(stats.size),
    changed_at: `${stats.mtimeMs} ${stats.ctimeMs}`,
  }
}

/** Does a file look as it did at its mark, so that it need not be opened? */
export function looksUnchanged(mark: FileMark, look: FileLook): boolean {
  return (
    mark.size === look.size &&
    mark.changed_at === look.changed_at &&
    mark.inode === look.inode &&
    mark.device === look.device
  )
}

/** Buffer for {@link readNewLines}, to be used for one file after another. It grows with the longest line. */
export function lineBuffer(): { bytes: Buffer } {
  return { bytes: Buffer.allocUnsafe(CHUNK) }
}

/**
 * Reads what is new in a file, a chunk at a time: yields the mark at the end of the last complete line after each
 * chunk, where a caller may commit what the reader has found. Memory stays at one chunk or the longest line.
 *
 * `open` makes the reader from the state of the mark, or from undefined when the file is read from its start.
 * Throws the error of the file system when the file cannot be read; yields nothing for what is no regular file.
 */
export function* readNewLines(
  path: string,
  mark: FileMark | undefined,
  buffer: { bytes: Buffer },
  open: (state: string | undefined) => LineReader,
): Generator<FileMark> {
  // O_NONBLOCK: a FIFO that looks like a transcript must not hang us.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return
    const look = lookOf(stats)
    const goesOn = mark !== undefined && continues(file, mark, look)
    const reader = open(goesOn ? mark.state : undefined)
    for (const offset of chunks(file, goesOn ? mark.offset : 0, buffer, reader)) {
      yield { ...look, offset, fingerprint: witness(file, offset), state: reader.state() }
    }
  } finally {
    closeSync(file)
  }
}

/** Reads line by line; yields the offset after the last complete line of each chunk. */
function* chunks(file: number, from: number, buffer: { bytes: Buffer }, reader: LineReader): Generator<number> {
  let base = from // file offset of bytes[0]
  let filled = 0
  let skipping = false // inside a line that is too long
  for (;;) {
    if (filled === buffer.bytes.length) {
      if (filled >= MAX_LINE) {
        if (!skipping) reader.oversized()
        skipping = true
        base += filled
        filled = 0
      } else {
        buffer.bytes = Buffer.concat([buffer.bytes], Math.min(2 * filled, MAX_LINE))
      }
    }
    const space = buffer.bytes.length - filled
    const count = readSync(file, buffer.bytes, filled, space, base + filled)
    filled += count
    const view = buffer.bytes.subarray(0, filled)
    let starts = 0
    for (let end = view.indexOf(NEWLINE, filled - count); end !== -1; end = view.indexOf(NEWLINE, starts)) {
      if (skipping) skipping = false
      else if (end > starts) reader.line(view, starts, end)
      starts = end + 1
    }
    if (starts > 0) {
      view.copyWithin(0, starts, filled)
      base += starts
      filled -= starts
    }
    // A regular file gives less than was asked for only at its end.
    if (count < space) break
    yield base
  }
  if (filled > 0 && !skipping) reader.unfinished(buffer.bytes, 0, filled)
  yield base
}

/** Is the file still the one that the mark was made from, grown at its end? */
function continues(file: number, mark: FileMark, look: FileLook): boolean {
  return (
    mark.device === look.device &&
    mark.inode === look.inode &&
    mark.offset <= look.size &&
    mark.fingerprint === witness(file, mark.offset)
  )
}

/** Hash of the first bytes and of the last bytes before an offset. */
function witness(file: number, offset: number): string {
  const length = Math.min(WITNESS, offset)
  const bytes = Buffer.alloc(2 * length)
  readSync(file, bytes, 0, length, 0)
  readSync(file, bytes, length, length, offset - length)
  return hash('sha256', bytes, 'base64url').slice(0, 22)
}
