import { localDay, localTime } from './calendar.ts'
import { weekdayName } from './dates.ts'

/** What is said of plan limits, on every screen alike. */

export type LimitState = 'ok' | 'warn' | 'bad' | 'unknown'

/** From where on a meter is yellow, and from where on red. */
const WARN_PERCENT = 70
const BAD_PERCENT = 90

/** `5-hour window`, `Week, all`; another one by its own name. */
export function windowName(window: string): string {
  if (window === 'five_hour') return '5-hour window'
  if (window === 'seven_day') return 'Week, all'
  const name = window.replace(/^seven_day_/, 'Week, ').replaceAll('_', ' ')
  return name.charAt(0).toUpperCase() + name.slice(1)
}

export function stateOf(limit: { readonly used_percent: number } | undefined): LimitState {
  if (limit === undefined) return 'unknown'
  return limit.used_percent >= BAD_PERCENT ? 'bad' : limit.used_percent >= WARN_PERCENT ? 'warn' : 'ok'
}

/** `22:00`, and with the weekday where it is another day. */
export function resetText(
  { resets_at }: { readonly resets_at: string },
  { tz }: { readonly tz: string },
  now: number,
): string {
  const at = Date.parse(resets_at)
  const day = localDay(at, tz)
  return day === localDay(now, tz) ? localTime(at, tz) : `${weekdayName(day).slice(0, 3)} ${localTime(at, tz)}`
}

/** The newest figure of a window, where several accounts have one. */
export function newestOf<L extends { readonly window: string; readonly seen_at: string }>(
  limits: readonly L[],
  window: string,
): L | undefined {
  return limits.filter((limit) => limit.window === window).toSorted((a, b) => (a.seen_at < b.seen_at ? 1 : -1))[0]
}

export function percentText({ used_percent }: { readonly used_percent: number }): string {
  return `${Math.round(used_percent)}%`
}
