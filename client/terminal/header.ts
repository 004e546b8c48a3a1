import { textWidth } from './width.ts'
import { paint, type Style } from './style.ts'
import { flow, printable } from './text.ts'

/** What a screen is about on the left, zone or time on the right; on more lines where one does not hold both. */
export function headerLines(pieces: readonly string[], right: string, style: Style): string[] {
  const said = pieces.map((piece) => printable(piece, style)).filter((piece) => piece !== '')
  const separator = ` ${style.signs.separator} `
  const left = said.join(separator)
  const shown = printable(right, style)
  const room = style.width - textWidth(left) - 2
  if (textWidth(shown) <= room) {
    return [`${left}  ${' '.repeat(room - textWidth(shown))}${paint(shown, 'dim', style)}`.trimEnd()]
  }
  return flow(shown === '' ? said : [...said, shown], style.width, separator)
}
