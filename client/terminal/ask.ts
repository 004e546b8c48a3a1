import { Problem } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'

/** Is a person there who can be asked? */
export function canAsk({ stdin, stderr }: Pick<Surroundings, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY && stderr.isTTY
}

/**
 * Asks for a yes or a no; Enter alone is a yes. Throws `invalid-request` where nobody is there: whoever runs this without
 * a person has to say it with a flag.
 */
export async function confirm(
  question: string,
  surroundings: Pick<Surroundings, 'stdin' | 'stderr'>,
  { otherwise }: { readonly otherwise: string },
): Promise<boolean> {
  const { stdin, stderr } = surroundings
  if (!canAsk(surroundings)) {
    throw new Problem('invalid-request', 'Nobody is here to be asked, so nothing was changed.', { hint: otherwise })
  }
  for (;;) {
    stderr.write(`${question} [Y/n] `)
    const answer = (await stdin.line())?.trim().toLowerCase()
    if (answer === undefined) stderr.write('\n')
    if (answer === undefined || answer === 'n' || answer === 'no') return false
    if (answer === '' || answer === 'y' || answer === 'yes') return true
    stderr.write('Type y or n. ')
  }
}

/** Asks for a line, until something is typed that `read` understands; undefined where nobody answers any more. */
export async function askFor<T>(
  question: string,
  surroundings: Pick<Surroundings, 'stdin' | 'stderr'>,
  { read, otherwise }: { readonly read: (line: string) => T | undefined; readonly otherwise: string },
): Promise<T | undefined> {
  const { stdin, stderr } = surroundings
  if (!canAsk(surroundings)) {
    throw new Problem('invalid-request', 'Nobody is here to be asked.', { hint: otherwise })
  }
  for (;;) {
    stderr.write(`${question} `)
    const line = await stdin.line()
    if (line === undefined) {
      stderr.write('\n')
      return undefined
    }
    const answer = read(line.trim())
    if (answer !== undefined) return answer
  }
}
