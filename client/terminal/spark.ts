import type { Style } from './style.ts'

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const ASCII_LEVELS = ['_', '.', '-', '=', '+', '*', '#', '@']

/** Amounts as a line of small bars, all against the largest of them or a given one; nothing is a dot. */
export function spark(amounts: readonly number[], style: Style, largest = Math.max(0, ...amounts)): string {
  const levels = style.ascii ? ASCII_LEVELS : LEVELS
  return amounts
    .map((amount) => {
      if (amount <= 0) return style.ascii ? ' ' : style.signs.nothing
      return levels[Math.min(levels.length - 1, Math.floor((amount / largest) * levels.length))] as string
    })
    .join('')
}
