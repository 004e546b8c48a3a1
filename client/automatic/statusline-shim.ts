import { join } from 'node:path'
import { forgeFolder } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { quoted } from './shim.ts'

type Place = Pick<Surroundings, 'home' | 'platform'>

export function statusLineShimPath({ home, platform }: Place): string {
  return join(forgeFolder({ home }), 'bin', platform === 'win32' ? 'forge-statusline.cmd' : 'forge-statusline')
}

/** The status line's shim as a command line of a shell. */
export function statusLineCommand(place: Place): string {
  return quoted(statusLineShimPath(place), place.platform)
}
