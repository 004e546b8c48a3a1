import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readSmallFile, writeSmallFile } from '../automatic/small-files.ts'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'

/** A request to be let in that waits for an answer: for `forge login --complete`. Only its owner may read the file. */
export interface Pending {
  readonly url: string
  readonly device_code: string
  readonly user_code: string
  readonly match: string
  /** Milliseconds since 1970. */
  readonly expires_at: number
  readonly interval_s: number
}

export function readPending(surroundings: Pick<Surroundings, 'home'>): Pending | undefined {
  const found = readSmallFile<Pending>(pathOf(surroundings))
  return typeof found?.device_code === 'string' && typeof found.url === 'string' ? (found as Pending) : undefined
}

export function keepPending(surroundings: Pick<Surroundings, 'home'>, pending: Pending): void {
  writeSmallFile(pathOf(surroundings), pending)
}

export function forgetPending(surroundings: Pick<Surroundings, 'home'>): void {
  rmSync(pathOf(surroundings), { force: true })
}

function pathOf(surroundings: Pick<Surroundings, 'home'>): string {
  return join(forgeFolder(surroundings), 'pairing.json')
}
