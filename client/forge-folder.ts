import { join } from 'node:path'
import type { Surroundings } from './surroundings.ts'

/** Where everything lies that forge keeps on this machine. */
export function forgeFolder({ home }: Pick<Surroundings, 'home'>): string {
  return join(home, '.claudeforge')
}
