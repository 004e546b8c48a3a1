import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { letDateTell } from '../core/calendar.ts'
import type { Sink, Source, Surroundings } from './surroundings.ts'
import { systemZone } from './system-zone.ts'

/** The surroundings of the real program. `clock` is handed in by the one place that may read it. */
export function programSurroundings(clock: () => number): Surroundings {
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
    randomBytes: (count) => randomBytes(count),
    fetch: (input, init) => globalThis.fetch(input, init),
    sleep: (ms) => sleep(ms),
    get stdin() {
      return source(process.stdin)
    },
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
  }
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined
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
