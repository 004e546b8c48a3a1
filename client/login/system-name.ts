import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { cleanName } from '../../core/text.ts'
import type { Surroundings } from '../surroundings.ts'

/** The operating system in words, as whoever lets this machine in knows it: `Ubuntu 24.04.1 LTS`, `macOS (Darwin 25.1)`. */
export function systemName({ platform }: Pick<Surroundings, 'platform'>): string {
  const name = {
    darwin: () => `macOS (Darwin ${release()})`,
    win32: () => `Windows ${release()}`,
    linux: () => prettyName() ?? `Linux ${release()}`,
  }[platform as string]
  return cleanName(name?.() ?? platform)
    .trim()
    .slice(0, 100)
}

function prettyName(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
