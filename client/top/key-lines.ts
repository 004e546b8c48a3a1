import { paint, type Style } from '../terminal/style.ts'
import { flow, printable } from '../terminal/text.ts'
import { textWidth } from '../terminal/width.ts'
import { nextGrouping, type View } from './view.ts'

/** From so many columns on keys stand further apart. */
const WIDE = 110

/** The last line: what keys do; or more of them, with what there is to say after one. */
export function footerLines(view: View, style: Style): string[] {
  return view.message === undefined ? [keyLine(view, style)] : flow([printable(view.message, style)], style.width)
}

function keyLine(view: View, style: Style): string {
  if (view.isHelp) return paint('any key goes back  q quit', 'dim', style)
  const keys = [
    'q quit',
    `m by ${nextGrouping(view.by)}`,
    view.metric === 'tokens' ? 't cost' : 't tokens',
    view.isPaused ? 'p go on' : 'p pause',
    '↑↓ select',
    'enter open in browser',
    '? help',
  ].map((key) => (style.ascii ? key.replace('↑↓', 'arrows') : key))
  // What is found by itself leaves first.
  const lines = [keys, keys.filter((_, i) => i !== 4), keys.filter((_, i) => i !== 4 && i !== 5)].map((some) =>
    some.join(style.width >= WIDE ? '   ' : '  '),
  )
  return paint(lines.find((line) => textWidth(line) <= style.width) ?? '', 'dim', style)
}

/** What every key does, and what the words mean. */
export function helpLines(style: Style): string[] {
  const [atWork, quiet] = style.ascii ? ['*', 'o'] : ['●', '○']
  const arrows = style.ascii ? 'arrows' : '↑ ↓'
  return [
    'm        by session, model, machine, project',
    't        tokens or cost       p  pause: what is seen stays, syncing goes on',
    `${arrows.padEnd(8)} select               enter  open it in the dashboard`,
    `${atWork}        at work in the last 5 minutes       ${quiet}  quiet since`,
    'TOK/MIN  mean of the last 5 minutes; a bar is the minute that ends there',
    'Tokens = input + output + cache writes + cache reads.',
    'Cost = API list price, not a bill.',
  ].flatMap((line) => flow([line], style.width))
}
