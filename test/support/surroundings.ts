import { randomBytes } from 'node:crypto'
import { PROGRAM } from './program.ts'
import type { Sink, Source, Surroundings } from '../../client/surroundings.ts'

/** A place to write to that remembers. */
export interface Captured extends Sink {
  text: string
}

export function capture({ isTTY = false, columns }: { isTTY?: boolean; columns?: number } = {}): Captured {
  return {
    text: '',
    isTTY,
    columns,
    write(text) {
      this.text += text
    },
  }
}

/** Someone who types these lines. */
export function typed(lines: readonly string[], { isTTY = true }: { isTTY?: boolean } = {}): Source {
  const left = [...lines]
  return { isTTY, line: async () => left.shift(), all: async () => left.splice(0).join('\n') }
}

/** Surroundings of a test: a home folder, a given clock, and sinks that remember. */
export function testSurroundings(
  given: Partial<Surroundings> & { home: string },
): Surroundings & { stdout: Captured; stderr: Captured } {
  return {
    env: {},
    platform: 'linux',
    hostname: 'studio',
    program: { node: process.execPath, script: PROGRAM },
    now: () => Date.parse('2026-11-22T12:00:00Z'),
    zone: 'UTC',
    randomBytes: (count) => randomBytes(count),
    fetch: (input, init) => globalThis.fetch(input, init),
    sleep: () => Promise.resolve(),
    stdin: typed([], { isTTY: false }),
    terminal: async () => undefined,
    stdout: capture(),
    stderr: capture(),
    ...given,
  } as Surroundings & { stdout: Captured; stderr: Captured }
}
