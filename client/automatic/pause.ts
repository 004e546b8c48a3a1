import { rmSync } from 'node:fs'
import type { Surroundings } from '../surroundings.ts'
import { automaticFile } from './places.ts'
import { readSmallFile, writeSmallFile } from './small-files.ts'

/** Someone wants nothing to be sent by itself for a while. Reading goes on, so that nothing is lost by it. */
export interface Pause {
  readonly since: number
  /** When it ends by itself; null for never. */
  readonly until: number | null
}

/** The pause that holds now. */
export function pauseNow(surroundings: Pick<Surroundings, 'home' | 'now'>): Pause | undefined {
  const { since, until } = readSmallFile<Pause>(pausePath(surroundings)) ?? {}
  if (typeof since !== 'number') return undefined
  if (typeof until === 'number' && until <= surroundings.now()) return undefined
  return { since, until: until ?? null }
}

export function setPause(surroundings: Pick<Surroundings, 'home'>, pause: Pause): void {
  writeSmallFile(pausePath(surroundings), pause)
}

export function endPause(surroundings: Pick<Surroundings, 'home'>): void {
  rmSync(pausePath(surroundings), { force: true })
}

function pausePath(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'paused.json')
}
