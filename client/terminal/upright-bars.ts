import { paint, type Style } from './style.ts'

const EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/**
 * Amounts as upright bars beside each other, a cell wide each, on so many lines; against the largest of them. Nothing is
 * a dot; the least amount is still seen.
 */
export function uprightBars(amounts: readonly number[], height: number, style: Style): string[] {
  const largest = amounts.reduce((most, amount) => Math.max(most, amount), 0)
  const eighths = amounts.map((amount) => (amount <= 0 ? 0 : Math.max(1, Math.round((amount / largest) * height * 8))))
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * 8
    const cells = eighths.map((all) => cell(all - below, style)).join('')
    return line < height - 1 ? paint(cells, 'first', style) : bottomLine(cells, eighths, style)
  })
}

function cell(eighths: number, { ascii }: Style): string {
  if (eighths <= 0) return ' '
  if (ascii) return eighths >= 8 ? '#' : eighths >= 4 ? ':' : '.'
  return EIGHTHS[Math.min(eighths, 8) - 1] as string
}

/** The line on which all bars stand, with a dot where there is none. */
function bottomLine(cells: string, eighths: readonly number[], style: Style): string {
  let text = ''
  for (let start = 0; start < cells.length;) {
    const isEmpty = eighths[start] === 0
    let next = start
    while (next < cells.length && (eighths[next] === 0) === isEmpty) next++
    const run = cells.slice(start, next)
    text +=
      isEmpty && !style.ascii ? paint(style.signs.nothing.repeat(run.length), 'dim', style) : paint(run, 'first', style)
    start = next
  }
  return text
}
