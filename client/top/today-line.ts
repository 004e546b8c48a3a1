import { duration } from '../../core/dates.ts'
import { compactCount, counted } from '../../core/format.ts'
import { newestOf, percentText, stateOf } from '../../core/limit-words.ts'
import type { LimitRow } from '../../core/report-specs.ts'
import { rowCostText } from '../commands/tokens/numbers.ts'
import { meter } from '../line/formats.ts'
import { paint, type Style } from '../terminal/style.ts'
import { padStart } from '../terminal/text.ts'
import { textWidth } from '../terminal/width.ts'
import type { Shown } from './frame.ts'
import { type Answered, isAtWork } from './known.ts'

/** Today on the left, the plan's limits on the right, as far as there is room. */
export function todayLine(shown: Shown, { answer, by }: Answered, style: Style): string {
  const atWork = answer.rows.filter((row) => isAtWork(row, shown.now)).length
  const { total_tokens } = answer.totals
  const left = [
    `Today  ${total_tokens === 0 ? 'no' : compactCount(total_tokens)} tokens`,
    ...(total_tokens === 0 ? [] : [rowCostText(answer.totals, style)]),
    `${atWork === 0 ? `no ${by}` : counted(atWork, by)} now`,
  ].join('  ')
  const right = limitTexts(answer.limits, shown.now, style).find(
    (text) => textWidth(text) <= style.width - textWidth(left) - 2,
  )
  return right === undefined ? left : left + padStart(right, style.width - textWidth(left))
}

/** What can be said of the limits, the longest first. */
function limitTexts(limits: readonly LimitRow[], now: number, style: Style): string[] {
  const [five, week] = [newestOf(limits, 'five_hour'), newestOf(limits, 'seven_day')]
  if (five === undefined) return week === undefined ? [] : [limitText('week', week, 10, style)]
  const left = Math.max(0, Date.parse(five.resets_at) - now)
  const withTime = `${limitText('5-hour', five, 10, style)}, ${duration(left)} left`
  return [
    ...(week === undefined ? [] : [`${withTime}   ${limitText('week', week, 10, style)}`]),
    withTime,
    limitText('5-hour', five, 10, style),
    limitText('5-hour', five, 0, style),
  ]
}

function limitText(name: string, limit: LimitRow, cells: number, style: Style): string {
  const state = stateOf(limit)
  const drawn =
    cells === 0 ? '' : `${paint(meter(limit.used_percent, cells, style), state === 'unknown' ? 'dim' : state, style)} `
  return `${name} ${drawn}${percentText(limit)}`
}
