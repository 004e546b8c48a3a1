import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { witnessIn, witnessOf } from './witness.ts'

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
  /** Hash of the bytes before `offset` and at the start. */
  readonly fingerprint: string
  /** What the line reader knew at `offset`. */
  readonly state: string
}

/** What a file shows of itself without being opened. */
export type FileLook = Pick<FileMark, 'device' | 'inode' | 'size' | 'changed_at'>

/** Takes the lines of one file after another. Bytes that it is given are valid only during the call. */
export interface LineReader {
  /** Where a file is read to, from its start. */
  readonly buffer: Buffer
  /** Begins with a file, or goes on with it from the state that was known there. */
  start(source: string, state: string | undefined): void
  /** Takes the whole lines among the first `length` bytes of the buffer; returns where the last of them ends. */
  lines(length: number): number
  /** A complete line that is longer than the buffer, without its newline. */
  longLine(bytes: Buffer): void
  /** What stands after the last newline. It may be half a line, and will be read again. */
  unfinished(bytes: Buffer): void
  /** A line longer than {@link MAX_LINE} was passed over. */
  oversized(): void
  /** What it must be given to go on from here. */
  state(): string
}

/** The longest line that is read, in bytes. Longer ones (never seen) are counted and passed over. */
export const MAX_LINE = 64 * 1024 * 1024

const NEWLINE = 10

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

/**
 * Reads what is new in a file, a piece at a time: yields the mark at the end of the last complete line after each piece,
 * where a caller may commit what the reader has found. Memory stays at the reader's buffer or the longest line.
 *
 * The reader goes on from the state of the mark, or starts anew when the file is read from its start. Throws the error
 * of the file system when the file cannot be read; yields nothing for what is no regular file.
 */
export function* readNewLines(
  { path, source }: { readonly path: string; readonly source: string },
  mark: FileMark | undefined,
  reader: LineReader,
): Generator<FileMark> {
  // O_NONBLOCK: a FIFO that looks like a transcript must not hang us.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return
    const look = lookOf(stats)
    const goesOn = mark !== undefined && continues(file, mark, look)
    reader.start(source, goesOn ? mark.state : undefined)
    for (const reached of pieces(file, goesOn ? mark.offset : 0, reader)) {
      const { offset, fingerprint = witnessOf(file, offset) } = reached
      yield { ...look, offset, fingerprint, state: reader.state() }
    }
  } finally {
    closeSync(file)
  }
}

interface Reached {
  readonly offset: number
  /** Where it could be told from the bytes that were just read, which is most files whole. */
  readonly fingerprint?: string
}

/** Reads piece by piece; yields the offset after the last complete line of each. */
function* pieces(file: number, from: number, reader: LineReader): Generator<Reached> {
  const { buffer } = reader
  let base = from // file offset of buffer[0]
  let filled = 0
  for (;;) {
    const space = buffer.length - filled
    const count = readSync(file, buffer, filled, space, base + filled)
    filled += count
    const taken = reader.lines(filled)
    // A regular file gives less than was asked for only at its end.
    const isEnd = count < space
    if (isEnd && base === 0) {
      if (filled > taken) reader.unfinished(buffer.subarray(taken, filled))
      return yield { offset: taken, fingerprint: witnessIn(buffer, taken) }
    }
    buffer.copyWithin(0, taken, filled)
    base += taken
    filled -= taken
    if (isEnd) break
    if (filled === buffer.length) {
      const ends = readLongLine(file, base, reader)
      if (ends === undefined) return yield { offset: base }
      base = ends
      filled = 0
    }
    yield { offset: base }
  }
  if (filled > 0) reader.unfinished(buffer.subarray(0, filled))
  yield { offset: base }
}

/**
 * Reads a line that does not fit into the reader's buffer, into memory of its own; returns where the next one starts,
 * or undefined where the file ends before the line does.
 */
function readLongLine(file: number, starts: number, reader: LineReader): number | undefined {
  let bytes = Buffer.allocUnsafe(2 * reader.buffer.length)
  let filled = 0
  let skipped = 0
  for (;;) {
    const count = readSync(file, bytes, filled, bytes.length - filled, starts + skipped + filled)
    const end = bytes.subarray(0, filled + count).indexOf(NEWLINE, filled)
    filled = end === -1 ? filled + count : end
    const isTooLong = skipped + filled > MAX_LINE
    if (end !== -1) {
      if (isTooLong) reader.oversized()
      else reader.longLine(bytes.subarray(0, filled))
      return starts + skipped + filled + 1
    }
    if (count === 0) {
      if (!isTooLong) reader.unfinished(bytes.subarray(0, filled))
      return undefined
    }
    if (filled < bytes.length) continue
    if (bytes.length <= MAX_LINE) bytes = Buffer.concat([bytes], Math.min(2 * bytes.length, MAX_LINE + 1))
    else {
      skipped += filled
      filled = 0
    }
  }
}

/** Is the file still the one that the mark was made from, grown at its end? */
function continues(file: number, mark: FileMark, look: FileLook): boolean {
  return (
    mark.device === look.device &&
    mark.inode === look.inode &&
    mark.offset <= look.size &&
    mark.fingerprint === witnessOf(file, mark.offset)
  )
}
