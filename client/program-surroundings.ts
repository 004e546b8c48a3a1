import { realpathSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { letDateTell } from '../core/calendar.ts'
import { DirectWriter } from './direct-writer.ts'
import type { Sink, Source, Surroundings } from './surroundings.ts'
import { systemZone } from './system-zone.ts'

/**
 * The surroundings of the real program. `clock` is handed in by the one place that may read it, `prepare` sees each
 * stream before it is first used: making one takes a millisecond, and many a command has nothing to say on the other.
 */
export function programSurroundings(clock: () => number, prepare: (stream: NodeJS.WriteStream) => void): Surroundings {
  const zone = systemZone(process)
  letDateTell(zone)
  return {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    hostname: hostname(),
    get program() {
      return { node: process.execPath, script: realpathSync(process.argv[1] ?? process.execPath) }
    },
    now: clock,
    zone,
    // What few commands need is loaded when they do: three milliseconds of each start.
    randomBytes: (count) => process.getBuiltinModule('node:crypto').randomBytes(count),
    fetch: (input, init) => globalThis.fetch(input, init),
    sleep: (ms, signal) =>
      process.getBuiltinModule('node:timers/promises').setTimeout(ms, undefined, { signal }).catch(unlessEarly),
    get stdin() {
      return source(process.stdin)
    },
    async terminal() {
      if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
      const { ProgramTerminal } = await import('./program-terminal.ts')
      return new ProgramTerminal(process)
    },
    stdout: sink(1, () => process.stdout, prepare),
    stderr: sink(2, () => process.stderr, prepare),
  }
}

function unlessEarly(error: Error): void {
  if (error.name !== 'AbortError') throw error
}

function sink(fd: number, open: () => NodeJS.WriteStream, prepare: (stream: NodeJS.WriteStream) => void): Sink {
  const direct = new DirectWriter(fd)
  let opened: NodeJS.WriteStream | undefined
  const stream = () => {
    if (opened === undefined) prepare((opened = open()))
    return opened
  }
  return {
    write(text) {
      const left = direct.isOpen ? direct.write(text) : text
      if (left !== undefined) stream().write(left)
    },
    get isTTY() {
      return !direct.isOpen && stream().isTTY === true
    },
    get columns() {
      return this.isTTY ? stream().columns : undefined
    },
  }
}

function source(stream: NodeJS.ReadStream): Source {
  return {
    isTTY: stream.isTTY === true,
    async line() {
      const { createInterface } = await import('node:readline/promises')
      const lines = createInterface({ input: stream })
      try {
        for await (const line of lines) return line
        return undefined
      } finally {
        lines.close()
      }
    },
    async all(limit) {
      let text = ''
      for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
        text += chunk
        if (text.length >= limit) break
      }
      return text
    },
  }
}
