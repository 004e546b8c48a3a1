import { localTime } from '../../core/calendar.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { paint, type Style } from '../terminal/style.ts'
import { padStart, printable, shorten } from '../terminal/text.ts'
import { textWidth } from '../terminal/width.ts'
import type { Shown } from './frame.ts'
import { isStale } from './known.ts'

/** What is seen on the left; on the right when, and how new it is. */
export function headerLine(shown: Shown, style: Style): string {
  const scope = shown.known.answered?.scope ?? (shown.server_url === undefined ? 'local' : 'server')
  const pieces = ['forge top', scope === 'local' ? 'this machine' : 'all machines', printable(shown.filters, style)]
  const left = pieces.filter((piece) => piece !== '').join(` ${style.signs.separator} `)
  const { text, ink } = stateText(shown, style)
  const right = shorten(text, style.width - 12, style)
  const short = shorten(left, style.width - textWidth(right) - 2, style)
  return short + padStart(paint(right, ink, style), style.width - textWidth(short))
}

function stateText({ known, view, now, tz, server_url }: Shown, style: Style): { text: string; ink: 'warn' | 'dim' } {
  const { answered, problem, isLive } = known
  if (problem !== undefined && exitCodeFor(problem.code) === 4) {
    return { text: `${style.signs.warn} signed out: forge login ${server_url ?? ''}`.trim(), ink: 'warn' }
  }
  if (isStale(known)) {
    return { text: `${style.signs.warn} last data ${clock(answered?.at ?? now, tz)}, reconnecting`, ink: 'warn' }
  }
  if (problem !== undefined) return { text: `${style.signs.warn} ${server_url} is away, trying again`, ink: 'warn' }
  if (view.isPaused) return { text: `${clock(answered?.at ?? now, tz)}  paused`, ink: 'warn' }
  const how = isLive === undefined ? '' : isLive ? '  live' : '  every 5 s'
  return { text: clock(now, tz) + how, ink: 'dim' }
}

/** Offsets of time zones are whole minutes. */
function clock(at: number, tz: string): string {
  return `${localTime(at, tz)}:${String(Math.floor(at / 1000) % 60).padStart(2, '0')}`
}
