import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../test/support/folders.ts'
import { DirectWriter } from './direct-writer.ts'

const opened = (path: string, flags: string | number) => {
  const fd = openSync(path, flags)
  onTestFinished(() => closeSync(fd))
  return fd
}

/** A pipe of which both ends are here, and which never makes anyone wait. */
function aPipe(): number {
  const path = join(tempFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  return opened(path, constants.O_RDWR | constants.O_NONBLOCK)
}

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString())

describe('what is printed', () => {
  test('goes to a file as it is', () => {
    const path = join(tempFolder(), 'file')
    const writer = new DirectWriter(opened(path, 'w'))
    expect(writer.isOpen).toBe(true)
    expect([writer.write('usage: 4 tökens\n'), writer.write('more\n')]).toEqual([undefined, undefined])
    expect(readFileSync(path, 'utf8')).toBe('usage: 4 tökens\nmore\n')
  })

  test('that a pipe does not take is left, to the byte, and the stream has the rest from then on', () => {
    const fd = aPipe()
    const writer = new DirectWriter(fd)
    const other = new DirectWriter(fd)
    expect(other.write('x'.repeat(60_000))).toBeUndefined()
    const all = 'äöü'.repeat(5000)
    const left = writer.write(all)
    expect(writer.isOpen).toBe(false)
    const held = Buffer.alloc(100_000)
    const taken = held.subarray(60_000, readSync(fd, held))
    expect(Buffer.concat([taken, left as Uint8Array]).toString()).toBe(all)
  })

  test('is left for the stream where it is long, so that a slow reader holds up nothing', () => {
    const writer = new DirectWriter(aPipe())
    expect(text(writer.write('x'.repeat(65_537)))).toHaveLength(65_537)
    expect(writer.isOpen).toBe(false)
  })

  test('is left for the stream where there is nothing that takes it', () => {
    const writer = new DirectWriter(opened(join(tempFolder(), 'file'), 'w+'))
    expect(writer.isOpen).toBe(true)
    expect(new DirectWriter(opened('/dev/null', 'w')).isOpen).toBe(false)
    expect(new DirectWriter(9999).isOpen).toBe(false)
    const readOnly = new DirectWriter(opened(import.meta.filename, 'r'))
    expect([text(readOnly.write('x')), readOnly.isOpen]).toEqual(['x', false])
  })
})
