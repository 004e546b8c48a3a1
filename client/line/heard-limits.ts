import { parseRateLimits, type ToldLimits } from '../../sources/claude-code/rate-limits.ts'
import { automaticFile } from '../automatic/places.ts'
import { readSmallFile, writeSmallFile } from '../automatic/small-files.ts'
import type { Surroundings } from '../surroundings.ts'

/** So many sessions are remembered. */
const SESSIONS = 50

/** What a session told last, by window, as text. */
type Heard = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * What Claude Code tells its status line of the plan's limits that this machine has not heard yet. Only what is new of a
 * session counts: one that lies idle goes on telling what it once heard, and that must not pass for newer than what
 * another one hears.
 */
export function newlyTold(input: string, surroundings: Surroundings): ToldLimits {
  const { session, windows } = parseRateLimits(input)
  const before = heardBefore(surroundings)[session] ?? {}
  // Where one window is another than before, the session has just had an answer, and the others are as fresh.
  return { session, windows: windows.some((told) => before[told.window] !== textOf(told)) ? windows : [] }
}

/** To be called when it is recorded: what could not be is new once more the next time. */
export function rememberTold({ session, windows }: ToldLimits, surroundings: Surroundings): void {
  const { [session]: before, ...others } = heardBefore(surroundings)
  const now = { ...before, ...Object.fromEntries(windows.map((told) => [told.window, textOf(told)])) }
  const kept = [...Object.entries(others).slice(1 - SESSIONS), [session, now]]
  writeSmallFile(heardPath(surroundings), Object.fromEntries(kept))
}

function heardBefore(surroundings: Surroundings): Heard {
  return (readSmallFile<Heard>(heardPath(surroundings)) ?? {}) as Heard
}

function heardPath(surroundings: Surroundings): string {
  return automaticFile(surroundings, 'limits-heard.json')
}

function textOf({ used_percent, resets_at }: ToldLimits['windows'][number]): string {
  return `${used_percent} ${resets_at}`
}
