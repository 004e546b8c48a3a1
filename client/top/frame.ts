import { COST_IS } from '../commands/report/cost-sentences.ts'
import { paint, type Style } from '../terminal/style.ts'
import { flow, printable } from '../terminal/text.ts'
import { headerLine } from './header-line.ts'
import { hourLines } from './hour-lines.ts'
import { footerLines, helpLines } from './key-lines.ts'
import { type Answered, isStale, type Known, NOTHING_TODAY, shownRows } from './known.ts'
import { topTable } from './table.ts'
import { todayLine } from './today-line.ts'
import type { View } from './view.ts'

/** All that a picture of the live view is made from. */
export interface Shown {
  readonly view: View
  readonly known: Known
  readonly now: number
  readonly tz: string
  /** The server that is asked; undefined where only this machine is looked at. */
  readonly server_url: string | undefined
  /** What was filtered, in words; empty for nothing. */
  readonly filters: string
}

/** The cells of the terminal; without rows, as many as there is to say. */
export interface Size {
  readonly columns: number
  readonly rows?: number | undefined
}

const LEAST = { columns: 60, rows: 16 }
/** Lines of a picture besides its bars and rows: header, rule, today, title, axis, heading, footer, and three empty. */
const FRAME = 10
const LEAST_BARS = 2
const MOST_BARS = 8
/** Rows of a picture that may be as high as it likes. */
const MOST_ROWS = 20

/** The live view as lines, as many as the terminal has rows. */
export function frameLines(shown: Shown, size: Size, style: Style): string[] {
  const { columns, rows } = size
  if (columns < LEAST.columns || (rows ?? LEAST.rows) < LEAST.rows) return tooSmall(size, style)
  const body = bodyLines(shown, rows, style)
  const header = [headerLine(shown, style), paint(style.signs.rule.repeat(columns), 'dim', style)]
  const note = noteLines(shown, style)
  if (rows === undefined) return [...header, ...body, ...(note.length > 0 ? ['', ...note] : [])]
  const footer = footerLines(shown.view, style)
  const room = rows - header.length - footer.length
  const empty = room - body.length - note.length
  if (empty > 0) body.push(...Array.from({ length: empty }, () => ''), ...note)
  return [...header, ...Array.from({ length: room }, (_, i) => body[i] ?? ''), ...footer]
}

/** What the costs are, where there are any; the help says it too. */
function noteLines({ view, known: { answered } }: Shown, style: Style): string[] {
  const total = answered?.answer.totals.total_tokens ?? 0
  return total === 0 || view.isHelp ? [] : flow([COST_IS], style.width).map((line) => paint(line, 'dim', style))
}

/** How many rows of the table are seen at once, in a terminal of so many rows. */
export function rowsShown(rows: number | undefined): number {
  return rows === undefined ? MOST_ROWS : Math.max(1, rows - FRAME - barLines(rows))
}

function barLines(rows: number | undefined): number {
  return rows === undefined ? 3 : Math.min(MOST_BARS, Math.max(LEAST_BARS, Math.floor(rows / 7)))
}

function tooSmall({ columns, rows }: Size, { ascii }: Style): string[] {
  const by = ascii ? 'x' : '×'
  const [need, have] = [LEAST, { columns, rows: rows ?? LEAST.rows }].map(
    (size) => `${size.columns} ${by} ${size.rows}`,
  )
  const leave = rows === undefined ? [] : ['Make the terminal larger, or press q.']
  return flow([`forge top needs ${need} cells; here are ${have}.`, ...leave], Math.max(8, columns))
}

/** Stale numbers stay, dimmed. */
function bodyLines(shown: Shown, rows: number | undefined, style: Style): string[] {
  const { known } = shown
  if (known.answered === undefined) return ['', ...waitingLines(shown, style)]
  if (!isStale(known)) return knownLines(shown, known.answered, rows, style)
  const then = { ...shown, now: known.answered.at }
  return knownLines(then, known.answered, rows, { ...style, color: 'none' }).map((line) => paint(line, 'dim', style))
}

function waitingLines({ known: { problem }, server_url }: Shown, style: Style): string[] {
  const sentences =
    problem === undefined
      ? [`${server_url === undefined ? 'Reading this machine' : `Asking ${server_url}`} ${style.signs.ellipsis}`]
      : [problem.message, ...(problem.hint === undefined ? [] : problem.hint.split('\n'))]
  return sentences.flatMap((sentence) => flow([printable(sentence, style)], style.width))
}

function knownLines(shown: Shown, answered: Answered, rows: number | undefined, style: Style): string[] {
  return [
    todayLine(shown, answered, style),
    '',
    ...hourLines(shown, answered, barLines(rows), style),
    '',
    ...(shown.view.isHelp ? helpLines(style) : tableOf(shown, answered, rows, style)),
  ]
}

function tableOf({ view, known, now }: Shown, { by }: Answered, height: number | undefined, style: Style): string[] {
  const rows = shownRows(known, now)
  if (rows.length === 0) return NOTHING_TODAY.flatMap((sentence) => flow([sentence], style.width))
  const [heading = '', ...lines] = topTable(rows, { by, metric: view.metric, now, selected: view.selected }, style)
  const room = rowsShown(height)
  if (lines.length <= room) return [heading, ...lines]
  const selected = rows.findIndex(({ group }) => group === view.selected)
  const start = Math.min(Math.max(0, selected - room + 2), lines.length - room + 1)
  const seen = lines.slice(start, start + room - 1)
  const [above, below] = [start, lines.length - start - seen.length]
  const more = [above > 0 ? `${above} above` : '', below > 0 ? `${below} below` : ''].filter((text) => text !== '')
  return [heading, ...seen, paint(`  ${style.signs.ellipsis} ${more.join(', ')}`, 'dim', style)]
}
