import type { Surroundings } from '../surroundings.ts'
import { automaticFile } from '../automatic/places.ts'
import { readSmallFile, writeSmallFile } from '../automatic/small-files.ts'
import type { TimerName } from './timers/timer.ts'

/** What was put into files of other programs, so that it can be taken out again to the byte. */
export interface Installed {
  readonly settings?: InstalledSettings | undefined
  readonly timer?: { readonly name: TimerName } | undefined
}

export interface InstalledSettings {
  readonly path: string
  readonly hooks: boolean
  readonly statusline: boolean
  /** Every command that is ours in it. */
  readonly commands: readonly string[]
  /** The status line that ours took the place of; null where there was none. */
  readonly status_line: object | null
  /** Copy of the file as it was before; null where there was no file. */
  readonly backup: string | null
  /** SHA-256 of the file as we left it: while it is the same, the backup is what to go back to. */
  readonly left_as: string
}

export function readInstalled(surroundings: Pick<Surroundings, 'home'>): Installed {
  return readSmallFile<Installed>(recordPath(surroundings)) ?? {}
}

export function writeInstalled(surroundings: Pick<Surroundings, 'home'>, installed: Installed): void {
  writeSmallFile(recordPath(surroundings), installed)
}

function recordPath(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'installed.json')
}
