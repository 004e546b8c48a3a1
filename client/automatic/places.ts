import { join } from 'node:path'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'

/** Where automatic sync keeps what it needs from one run to the next; nothing in it is ever sent. */
export function automaticFolder(surroundings: Pick<Surroundings, 'home'>): string {
  return join(forgeFolder(surroundings), 'automatic')
}

export function automaticFile(surroundings: Pick<Surroundings, 'home'>, name: string): string {
  return join(automaticFolder(surroundings), name)
}
