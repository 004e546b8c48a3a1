import type { Surroundings } from '../surroundings.ts'
import { styleFor } from './style.ts'

/** How far something is that takes a while: one line of standard error that is written over, and gone at the end. */
export interface Progress {
  show(text: string): void
  end(): void
}

/** Where nobody watches, nothing is shown: a log would keep every step. */
export function progress(surroundings: Pick<Surroundings, 'env' | 'stderr'>): Progress {
  const { stderr } = surroundings
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined }
  const { width } = styleFor(stderr, surroundings, {})
  let isShown = false
  return {
    show(text) {
      isShown = true
      stderr.write(`\r${ERASE_LINE}${text.slice(0, width - 1)}`)
    },
    end() {
      if (isShown) stderr.write(`\r${ERASE_LINE}`)
    },
  }
}

const ERASE_LINE = '\u001b[K'
