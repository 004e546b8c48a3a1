import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { localDay, localTime } from '../../core/calendar.ts'
import { shortDay } from '../../core/dates.ts'
import { byteCount, counted, fullCount } from '../../core/format.ts'
import { lastRuns, type LoggedRun, logPath, parseRuns } from '../automatic/log.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { paint, type Style, styleFor } from '../terminal/style.ts'
import { flow, printable } from '../terminal/text.ts'

export interface LogOptions {
  readonly lines?: number
  readonly follow?: boolean
  readonly json?: boolean
}

const DEFAULT_LINES = 20
const POLL_MS = 500
const LEAST_ROOM = 20

/** `forge log [-f]`: what automatic sync did, a line each run, the latest last. */
export async function logCommand(options: LogOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings
  const style = styleFor(stdout, surroundings)
  const print = (run: LoggedRun) =>
    stdout.write(`${options.json ? JSON.stringify(run) : runText(run, style, surroundings)}\n`)
  let read = sizeOf(logPath(surroundings))
  const runs = lastRuns(options.lines ?? DEFAULT_LINES, surroundings)
  for (const run of runs) print(run)
  if (runs.length === 0 && !options.follow) {
    stderr.write('Automatic sync has not run yet. Turn it on: forge install\n')
  }
  while (options.follow) {
    await surroundings.sleep(POLL_MS)
    const size = sizeOf(logPath(surroundings))
    // A new log was begun.
    if (size < read) read = 0
    const text = textBetween(logPath(surroundings), read, size)
    const whole = text.lastIndexOf('\n') + 1
    for (const run of parseRuns(text.slice(0, whole))) print(run)
    read += Buffer.byteLength(text.slice(0, whole))
  }
  return 0
}

/** `22 Nov 12:00:05  Stop  read 3 of 1,204 files, 41 new · sent 41, 18.2 KB · 0.3 s` */
function runText({ at, by, ms, read, sent, not_sent, problem }: LoggedRun, style: Style, place: Surroundings): string {
  const instant = Date.parse(at)
  const day = shortDay(localDay(instant, place.zone), localDay(place.now(), place.zone))
  const seconds = at.slice(17, 19)
  const parts = [
    read === undefined ? '' : `read ${fullCount(read.files_read)} of ${counted(read.files, 'file')}, ${read.new} new`,
    sent === undefined ? '' : `sent ${fullCount(sent.sent)}, ${byteCount(sent.bytes)}`,
    sent !== undefined && sent.rejected > 0 ? `${fullCount(sent.rejected)} refused` : '',
    not_sent === undefined ? '' : NOT_SENT[not_sent],
    problem === undefined ? '' : `${style.signs.bad} ${printable(problem.message, style)}`,
    ms > 0 ? `${(ms / 1000).toFixed(1)} s` : '',
  ].filter((part) => part !== '')
  const when = `${day} ${localTime(instant, place.zone)}:${seconds}`
  const start = `${when}  ${by.padEnd(12)}  `
  const gap = ` ${style.signs.separator} `
  // A line each for grep; only a person's is folded, with what happened below what happened.
  const room = place.stdout.isTTY ? Math.max(LEAST_ROOM, style.width - start.length) : Infinity
  const text = flow(parts, room, gap).join(`\n${' '.repeat(start.length)}`)
  return problem === undefined ? start + text : paint(start + text, 'warn', style)
}

const NOT_SENT: Readonly<Record<NonNullable<LoggedRun['not_sent']>, string>> = {
  'no-server': 'no server is set',
  paused: 'paused',
  waiting: 'waiting before the next try',
  refused: 'signed out, nothing sent',
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function textBetween(path: string, from: number, to: number): string {
  if (to <= from) return ''
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(to - from)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, from))
  } finally {
    closeSync(file)
  }
}
