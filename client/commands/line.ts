import { lineText } from '../line/formats.ts'
import { readFacts } from '../line/facts.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'

/** `forge line`: today and the limits in one line, from what the last sync left, so that it waits for nothing. */
export function lineCommand({ format }: { readonly format: string }, surroundings: Surroundings): ExitCode {
  const text = lineText(format, readFacts(surroundings), surroundings.now())
  surroundings.stdout.write(text === '' ? '' : `${text}\n`)
  return 0
}
