import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ProblemCode } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Caller } from './callers.ts'
import { automaticFile } from './places.ts'

/** One run of automatic sync, as a line of its log. */
export interface LoggedRun {
  /** When it ended, ISO 8601. */
  readonly at: string
  readonly by: Caller
  readonly ms: number
  readonly read?: { readonly files: number; readonly files_read: number; readonly new: number }
  readonly sent?: { readonly sent: number; readonly stored: number; readonly rejected: number; readonly bytes: number }
  /** Events that the server turned out to lack, where it was compared with this machine; they were sent again. */
  readonly missing?: number
  /** Why nothing was sent. */
  readonly not_sent?: 'no-server' | 'paused' | 'waiting' | 'refused'
  readonly problem?: { readonly code: ProblemCode | 'unexpected'; readonly message: string; readonly stack?: string }
}

/** A log is as long as this, and so many older ones are kept beside it. */
const MAX_BYTES = 1_000_000
const KEPT = 4

export function logPath(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'log.ndjson')
}

/** Adds a line. A log that cannot be written holds up nothing. */
export function logRun(run: LoggedRun, surroundings: Pick<Surroundings, 'home'>): void {
  const path = logPath(surroundings)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    if (sizeOf(path) >= MAX_BYTES) rotate(path)
    appendFileSync(path, `${JSON.stringify(run)}\n`, { mode: 0o600 })
  } catch {
    // A full disk, most likely. What it would have said is told by `forge doctor`.
  }
}

/** The last runs, the oldest first. Lines that were cut off are passed over. */
export function lastRuns(count: number, surroundings: Pick<Surroundings, 'home'>): LoggedRun[] {
  const path = logPath(surroundings)
  const found: LoggedRun[] = []
  for (let i = 0; i <= KEPT && found.length < count; i++) {
    const file = i === 0 ? path : `${path}.${i}`
    if (existsSync(file)) found.unshift(...parseRuns(readFileSync(file, 'utf8')))
  }
  return found.slice(-count)
}

export function parseRuns(text: string): LoggedRun[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LoggedRun]
    } catch {
      return []
    }
  })
}

function rotate(path: string): void {
  rmSync(`${path}.${KEPT}`, { force: true })
  for (let i = KEPT - 1; i >= 0; i--) {
    const from = i === 0 ? path : `${path}.${i}`
    if (existsSync(from)) renameSync(from, `${path}.${i + 1}`)
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
