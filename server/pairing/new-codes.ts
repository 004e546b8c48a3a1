import { CODE_LENGTH, CODE_LETTERS } from '../../api/pairing-code.ts'
import type { RandomBytes } from '../secrets.ts'

/** A code for people: each letter as likely as any other. */
export function newCode(randomBytes: RandomBytes): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[below(CODE_LETTERS.length, randomBytes)]).join('')
}

/** Three different numbers of two digits, and which of them is shown on the machine. */
export function newNumbers(randomBytes: RandomBytes): { readonly shown: string; readonly choices: readonly string[] } {
  const choices = new Set<string>()
  while (choices.size < 3) choices.add(String(10 + below(90, randomBytes)))
  const all = [...choices]
  return { shown: all[below(3, randomBytes)] as string, choices: all }
}

/** A random whole number from 0 to `count` - 1. Bytes that would make some likelier than others are drawn again. */
function below(count: number, randomBytes: RandomBytes): number {
  const fair = 256 - (256 % count)
  for (;;) {
    const [byte = 0] = randomBytes(1)
    if (byte < fair) return byte % count
  }
}
