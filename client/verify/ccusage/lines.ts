import { compactCount, counted, fullCount } from '../../../core/format.ts'
import { groupNames } from '../../../core/group-names.ts'
import { dollars, parseUsd } from '../../../core/money.ts'
import type { Style } from '../../terminal/style.ts'
import { tableLines } from '../../terminal/table.ts'
import { flow, printable } from '../../terminal/text.ts'
import type { CcusageCheck } from './check.ts'
import { type Compared, DIFFERENCES, type Difference } from './compare.ts'

/** So many days are shown; the others are in the JSON. */
const SHOWN = 15

/** What a comparison with ccusage found: sums, the days that differ, and what each cause means. */
export function ccusageLines(found: CcusageCheck | null, style: Style): string[] {
  const { signs } = style
  const line = (text: string) => flow([text], style.width)
  if (found === null) return line(`${signs.ok} ccusage is not installed: nothing to compare with.`)
  if ('problem' in found) {
    return line(`${signs.warn} ccusage is installed, but could not be asked: ${printable(found.problem, style)}`)
  }
  const { rows, equal, our_tokens, their_tokens, our_cost_usd, their_cost_usd, differences, days } = found
  const isExplained = differences.unexplained === undefined
  const more = days.length - SHOWN
  return [
    ...line(
      `${isExplained ? signs.ok : signs.warn} ccusage: agrees on ${fullCount(equal)} of ${counted(rows, 'day and model', 'days and models')}; ` +
        `${fullCount(our_tokens)} tokens here, ${fullCount(their_tokens)} there; $${our_cost_usd} here, $${their_cost_usd} there.`,
    ),
    ...(days.length === 0 ? [] : ['', ...dayLines(days.slice(-SHOWN), style)]),
    ...(more > 0 ? line(`And ${counted(more, 'day and model', 'days and models')} before: forge verify --json`) : []),
    ...(days.length === 0 ? [] : ['']),
    ...(Object.entries(differences) as [Difference, number][]).flatMap(([name, times]) =>
      line(`${name}, on ${fullCount(times)}: ${DIFFERENCES[name]}`),
    ),
  ]
}

function dayLines(days: readonly Compared[], style: Style): string[] {
  const names = groupNames(
    days.map(({ model }) => model),
    'model',
  )
  const cost = (usd: string | null) => (usd === null ? style.signs.unknown : dollars(parseUsd(usd)))
  return tableLines(
    [
      { heading: 'DAY', cells: days.map(({ date }) => date) },
      { heading: 'MODEL', cells: days.map(({ model }) => printable(names.get(model) ?? model, style)), shortest: 10 },
      { heading: 'TOKENS', cells: days.map((row) => compactCount(row.our_tokens)), align: 'right', rank: 2 },
      { heading: 'THERE', cells: days.map((row) => compactCount(row.their_tokens)), align: 'right', rank: 2 },
      { heading: 'COST', cells: days.map((row) => cost(row.our_cost_usd)), align: 'right', rank: 1 },
      { heading: 'THERE', cells: days.map((row) => cost(row.their_cost_usd)), align: 'right', rank: 1 },
      { heading: 'WHY', cells: days.map(({ differences }) => differences.join(', ')) },
    ],
    style,
  )
}
