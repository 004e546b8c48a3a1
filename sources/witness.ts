import { hash } from 'node:crypto'
import { readSync } from 'node:fs'

/**
 * What tells that a file still has the bytes up to an offset: a hash of the first ones and of the last ones before it.
 * Long enough for what most rows are told apart by, wherever in them it stands.
 */

const LENGTH = 1024

/** The witness of a file at an offset, as it lies on the disk. */
export function witnessOf(file: number, offset: number): string {
  return new Witness(file).at(offset)
}

/** Makes witnesses while a file is read, out of the bytes that are at hand anyway. */
export class Witness {
  readonly #file: number
  /** The first bytes, as far as they are known. */
  readonly #head = Buffer.alloc(LENGTH)
  #headLength = 0
  /** The last bytes before an offset. */
  readonly #tail = Buffer.alloc(LENGTH)
  #tailEnds = -1

  constructor(file: number) {
    this.#file = file
  }

  /** Bytes of a buffer, which begins at an offset of the file, were read up to `length`. */
  see(buffer: Buffer, offset: number, length: number): void {
    if (length === 0) return
    if (offset === 0) this.#headLength = buffer.copy(this.#head, 0, 0, Math.min(length, LENGTH))
    if (length < LENGTH) return
    buffer.copy(this.#tail, 0, length - LENGTH, length)
    this.#tailEnds = offset + length
  }

  /** The witness at an offset; what was not seen is read. */
  at(offset: number): string {
    const length = Math.min(LENGTH, offset)
    if (this.#headLength < length) {
      this.#headLength = readSync(this.#file, this.#head, 0, LENGTH, 0)
    }
    if (this.#tailEnds !== offset) {
      readSync(this.#file, this.#tail, LENGTH - length, length, offset - length)
      this.#tailEnds = offset
    }
    const bytes = Buffer.concat([this.#head.subarray(0, length), this.#tail.subarray(LENGTH - length)])
    return hash('sha256', bytes, 'base64url').slice(0, 22)
  }
}
