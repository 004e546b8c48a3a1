import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Surroundings } from '../surroundings.ts'
import { type Caller, CALLERS } from './callers.ts'
import { automaticFolder } from './places.ts'

const PREFIX = 'called-'

/** When each caller last asked. */
export function lastCalls(surroundings: Pick<Surroundings, 'home'>): ReadonlyMap<Caller, number> {
  const folder = automaticFolder(surroundings)
  const calls = new Map<Caller, number>()
  for (const caller of CALLERS) {
    const at = readTime(join(folder, PREFIX + caller))
    if (at !== undefined) calls.set(caller, at)
  }
  return calls
}

/**
 * Notes that a caller asks for a sync, before anything else: whoever is syncing now sees it and goes once
 * more. A file for each caller, so that no two processes ever write the same one at odds.
 */
export function noteCall(caller: Caller, surroundings: Pick<Surroundings, 'home' | 'now'>): void {
  const folder = automaticFolder(surroundings)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, PREFIX + caller)
  // Two calls within a millisecond are two calls.
  writeFileSync(path, String(Math.max(surroundings.now(), (readTime(path) ?? 0) + 1)), { mode: 0o600 })
}

/** All calls so far, as one text that changes with each. */
export function callsSoFar(surroundings: Pick<Surroundings, 'home'>): string {
  const folder = automaticFolder(surroundings)
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .toSorted()
    .map((name) => `${name} ${readTime(join(folder, name))}`)
    .join('\n')
}

function readTime(path: string): number | undefined {
  try {
    const time = Number(readFileSync(path, 'utf8'))
    return Number.isSafeInteger(time) && time > 0 ? time : undefined
  } catch {
    return undefined
  }
}
