import { localTime } from '../../core/calendar.ts'
import { paint, type Style } from '../terminal/style.ts'
import { padStart } from '../terminal/text.ts'
import { uprightBars } from '../terminal/upright-bars.ts'
import type { Shown } from './frame.ts'
import { inColumns, minutesOfHour } from './hour.ts'
import type { Answered } from './known.ts'
import { rateText } from './table.ts'

/** The hour: a title with the highest minute, the bars, and the times below them. */
export function hourLines({ view, now, tz }: Shown, { answer }: Answered, height: number, style: Style): string[] {
  const minutes = minutesOfHour(answer.points, now, view.metric)
  const peak = Math.max(...minutes)
  const title = view.metric === 'tokens' ? 'tokens/min, last hour' : 'cost per hour, last hour'
  const highest = peak === 0 ? 'nothing used' : `peak ${rateText(peak, view.metric)}`
  return [
    title + paint(padStart(highest, style.width - title.length), 'dim', style),
    ...uprightBars(inColumns(minutes, style.width), height, style),
    paint(axisLine(now, tz, style.width), 'dim', style),
  ]
}

const HOUR_MS = 3_600_000
const QUARTER_MS = HOUR_MS / 4

/** `19:36          19:51          20:06 … now`: each at its place. */
function axisLine(now: number, tz: string, width: number): string {
  let line = ''
  for (let i = 0; i < 4; i++) {
    line = line.padEnd(Math.round((i * width) / 4)) + localTime(now - HOUR_MS + i * QUARTER_MS, tz)
  }
  return `${line.padEnd(width - 3)}now`
}
