import writeFileAtomic from 'write-file-atomic'
import { mkdirSync } from 'node:fs'
import { automaticFile, automaticFolder } from '../automatic/places.ts'
import type { Surroundings } from '../surroundings.ts'
import { holdsUntil, type LineFacts } from './facts.ts'
import { lineText } from './formats.ts'

/**
 * The status line, ready for a script of the shell to print: until when it holds (seconds since 1970), then itself. Facts
 * that do not hold any more are not shown, rather than shown wrong.
 */
export async function writeStatusLine(
  facts: LineFacts,
  surroundings: Pick<Surroundings, 'home' | 'now'>,
): Promise<void> {
  mkdirSync(automaticFolder(surroundings), { recursive: true, mode: 0o700 })
  const text = lineText('claude', facts, surroundings.now())
  const until = Math.floor(holdsUntil(facts) / 1000)
  await writeFileAtomic(statusLineFile(surroundings), `${until}\n${text}\n`, { mode: 0o600, fsync: false })
}

export function statusLineFile(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'statusline')
}
