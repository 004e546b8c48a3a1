import { fstatSync, writeSync } from 'node:fs'

/** So much may be written without a stream: what a pipe holds, so that a slow reader holds nothing up. */
const WITHOUT_STREAM = 65_536

/**
 * Writes to a pipe, a socket or a file as it is, where nobody looks on. Node's streams for output take two milliseconds of
 * each start, which a program that is called often can do without.
 */
export class DirectWriter {
  readonly #fd: number
  #room: number

  constructor(fd: number) {
    this.#fd = fd
    this.#room = takesDirectly(fd) ? WITHOUT_STREAM : 0
  }

  /** Whether it still takes anything. What is no terminal never becomes one. */
  get isOpen(): boolean {
    return this.#room > 0
  }

  /** Writes a text; returns what is left for a stream to write, and takes nothing more then. */
  write(text: string): Uint8Array | undefined {
    let left: Uint8Array = Buffer.from(text)
    if (left.length > this.#room) this.#room = 0
    try {
      while (this.#room > 0 && left.length > 0) {
        const written = writeSync(this.#fd, left)
        left = left.subarray(written)
        this.#room -= written
      }
    } catch {
      // The reader takes nothing more at the moment, or is gone: the stream waits, or tells.
      this.#room = 0
    }
    return left.length > 0 ? left : undefined
  }
}

function takesDirectly(fd: number): boolean {
  try {
    const stats = fstatSync(fd)
    return stats.isFIFO() || stats.isSocket() || stats.isFile()
  } catch {
    return false
  }
}
