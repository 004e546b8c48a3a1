import { paint, type Style } from './style.ts'

/** What a stretch of a bar stands for: one of three series, all the others, or a mere estimate. */
export type Fill = 'first' | 'second' | 'third' | 'other' | 'estimate'

export interface BarPart {
  readonly fill: Fill
  readonly amount: number
}

/** `largest` is the amount that fills `width` cells. */
export interface BarScale {
  readonly largest: number
  readonly width: number
}

const EIGHTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * Amounts as a horizontal bar. Without colour each fill has its own glyph and the bar ends on a whole cell; with colour
 * series are solid and the last cell is drawn to an eighth. Nothing is a dot; the least amount is still seen.
 */
export function bar(parts: readonly BarPart[], { largest, width }: BarScale, style: Style): string {
  const total = parts.reduce((sum, part) => sum + part.amount, 0)
  if (total <= 0 || largest <= 0) return style.signs.nothing
  const steps = style.color === 'none' || style.ascii ? 1 : 8
  const length = Math.max(1, Math.round((total / largest) * width * steps)) / steps
  const fills = fillsOf(parts, total, length)
  const eighths = Math.round((length % 1) * 8)
  if (eighths === 0) return runs(fills, '', style)
  if (isSeries(fills.at(-1))) return runs(fills, EIGHTHS[eighths - 1] ?? '', style)
  return runs(eighths < 4 && fills.length > 1 ? fills.slice(0, -1) : fills, '', style)
}

/** The glyph by which a legend names a fill. */
export function swatch(fill: Fill, style: Style): string {
  return inked(glyph(fill, style), fill, style)
}

/** One fill a cell. Borders are rounded where they fall, so no part is off by more than half a cell at either end. */
function fillsOf(parts: readonly BarPart[], total: number, length: number): Fill[] {
  const drawn = parts.filter((part) => part.amount > 0)
  const cells: Fill[] = []
  let sum = 0
  for (const [i, { fill, amount }] of drawn.entries()) {
    sum += amount
    const end = i === drawn.length - 1 ? Math.ceil(length) : Math.round((sum / total) * length)
    while (cells.length < end) cells.push(fill)
  }
  return cells
}

/** Neighbours of one fill in one stretch of ink; `end` takes the place of the last cell where given. */
function runs(fills: readonly Fill[], end: string, style: Style): string {
  let text = ''
  for (let start = 0; start < fills.length;) {
    const fill = fills[start] as Fill
    let next = start
    while (fills[next] === fill) next++
    const cells = glyph(fill, style).repeat(next - start)
    text += inked(next === fills.length && end !== '' ? cells.slice(0, -1) + end : cells, fill, style)
    start = next
  }
  return text
}

function glyph(fill: Fill, style: Style): string {
  // “Other” keeps its shade in colour: its grey and the teal of a series meet under protanopia.
  return style.color !== 'none' && !style.ascii && isSeries(fill) ? style.signs.first : style.signs[fill]
}

function isSeries(fill: Fill | undefined): boolean {
  return fill !== 'other' && fill !== 'estimate'
}

function inked(text: string, fill: Fill, style: Style): string {
  return paint(text, fill === 'estimate' ? 'other' : fill, style)
}
