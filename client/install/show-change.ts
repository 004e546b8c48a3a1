import { structuredPatch } from 'diff'
import { paint, type Style } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'

/** A change of a text file for people: its path, and each line that goes or comes, with one around it. */
export function changeLines(path: string, before: string, after: string, style: Style): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 1 })
  const what = before === '' ? 'a new file' : after === '' ? 'is removed' : ''
  const lines = hunks.flatMap(({ lines: changed }) => changed.filter((line) => !line.startsWith('\\')))
  return [
    `${paint(printable(path, style), 'bold', style)}${what === '' ? '' : `  (${what})`}`,
    ...lines.map((line) => `  ${inked(printable(line.trimEnd(), style), style)}`),
    '',
  ]
}

function inked(line: string, style: Style): string {
  return paint(line, line.startsWith('+') ? 'ok' : line.startsWith('-') ? 'bad' : 'dim', style)
}
