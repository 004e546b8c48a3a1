import { type Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'

/** What commands are added to, and what they are given to do their work with. */
export interface Adding {
  readonly program: Command
  readonly surroundings: Surroundings
  readonly version: string
  /** Says with which code the program ends. */
  readonly finish: (code: ExitCode) => void
}

/** A flag's value that counts something. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number, such as 7.')
  return Number(text)
}
