import { automaticFile } from '../automatic/places.ts'
import { replaceFile } from '../automatic/small-files.ts'
import type { Surroundings } from '../surroundings.ts'
import { holdsUntil, type LineFacts } from './facts.ts'
import { lineText } from './formats.ts'

/**
 * The status line, ready for a script of the shell to print: until when it holds (seconds since 1970), then itself. Facts
 * that do not hold any more are not shown, rather than shown wrong.
 */
export function writeStatusLine(facts: LineFacts, surroundings: Pick<Surroundings, 'home' | 'now'>): void {
  const text = lineText('claude', facts, surroundings.now())
  const until = Math.floor(holdsUntil(facts) / 1000)
  replaceFile(statusLineFile(surroundings), `${until}\n${text}\n`)
}

export function statusLineFile(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'statusline')
}
