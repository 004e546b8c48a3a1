import { fullCount } from '../../../core/format.ts'
import { parseUsd, usdText } from '../../../core/money.ts'
import type { AnswerOf, PriceRow } from '../../../core/report-specs.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { flow, padEnd, padStart, printable } from '../../terminal/text.ts'
import type { Rows } from '../../../core/table-text.ts'

/** Each price with its arithmetic. */

const CLASSES = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_tokens: 'cache reads',
  cache_write_5m_tokens: 'cache writes, 5 min',
  cache_write_1h_tokens: 'cache writes, 1 h',
  web_searches: 'web searches',
} as const satisfies Record<PriceRow['lines'][number]['counts'], string>

/** A part of the usage: which price, and each class times it. */
export function priceLines(row: PriceRow, style: Style): string[] {
  const heading = [printable(row.model, style) || 'an unnamed model', priceName(row)].filter((part) => part !== '')
  const counts = row.lines.map(({ count }) => fullCount(count))
  const each = row.lines.map(({ counts: name, usd_each }) => eachText(name, usd_each))
  const costs = row.lines.map(({ cost_usd }) => (cost_usd === null ? 'no price' : `$${cost_usd}`))
  const widths = [counts, each, costs].map((cells) => Math.max(0, ...cells.map((cell) => cell.length)))
  const [countWidth = 0, eachWidth = 0, costWidth = 0] = widths
  const times = style.ascii ? 'x' : '×'
  const lines = row.lines.map(
    ({ counts: name }, i) =>
      `  ${padEnd(CLASSES[name], 19)}  ${padStart(counts[i] ?? '', countWidth)} ${times} ` +
      `${padEnd(each[i] ?? '', eachWidth)} = ${padStart(costs[i] ?? '', costWidth)}`,
  )
  const sum = row.cost_usd === null ? 'no cost' : `$${row.cost_usd}`
  return [
    ...flow([`${heading.join(`, `)}: ${sum}`], style.width).map((line) => paint(line, 'bold', style)),
    ...lines.map((line) => line.trimEnd()),
    ...row.notes.flatMap((note) => flow([`${style.signs.warn} ${printable(note, style)}`], style.width)),
  ]
}

/** `API list price since 2026-10-07, long prompt (above 200,000), US ×1.1`. */
function priceName({ base, from, to, long_prompt_threshold, multipliers, response_count }: PriceRow): string {
  const responses = `${fullCount(response_count)} ${response_count === 1 ? 'response' : 'responses'}`
  if (base === null) return `${responses}, no price is known`
  const when =
    from === null && to === null
      ? ''
      : from === null
        ? `price until ${to}`
        : `price ${to === null ? 'since' : 'from'} ${from}${to === null ? '' : ` to ${to}`}`
  const kind = {
    standard: '',
    fast: 'fast mode',
    'long-prompt': `long prompt (above ${fullCount(long_prompt_threshold ?? 0)} tokens)`,
  }[base]
  const rules = multipliers.map(({ rule, percent }) => `${{ 'us-geo': 'US', batch: 'batch' }[rule]} x${percent / 100}`)
  return [responses, when, kind, ...rules].filter((part) => part !== '').join(', ')
}

/** Token prices are said for a million, as price lists do. */
function eachText(name: PriceRow['lines'][number]['counts'], usd_each: string | null): string {
  if (usd_each === null) return '?'
  return name === 'web_searches' ? `$${usd_each}` : `$${usdText(parseUsd(usd_each) * 1_000_000n)}/M`
}

/** The same for programs: a row for each class. */
export function priceRows({ prices }: AnswerOf<'explain'>): Rows {
  return {
    columns: ['model', 'canonical_model', 'variant', 'base', 'from', 'to', 'counts', 'count', 'usd_each', 'cost_usd'],
    rows: prices.flatMap(({ lines, ...price }) => lines.map((line) => ({ ...price, ...line }))),
  }
}
