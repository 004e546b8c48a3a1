import { objectOf, parseObject } from './json-text.ts'

/** What Claude Code (2.1.80 and newer) hands to its status line, of which only the plan's windows are looked at. */
export interface ToldLimits {
  /** The session whose status line it is; an idle one goes on telling what it once heard. */
  readonly session: string
  readonly windows: readonly { readonly window: string; readonly used_percent: number; readonly resets_at: number }[]
}

/** The windows in a status line's input; none where there are none, or it is something else. */
export function parseRateLimits(input: string): ToldLimits {
  const told = parseObject(input)
  const session = typeof told?.['session_id'] === 'string' ? told['session_id'] : ''
  const limits = objectOf(told?.['rate_limits'])
  const windows = Object.entries(limits ?? {}).flatMap(([window, value]) => {
    const { used_percentage, resets_at } = objectOf(value) ?? {}
    if (!/^[a-z0-9_]{1,40}$/.test(window)) return []
    if (typeof used_percentage !== 'number' || typeof resets_at !== 'number') return []
    if (!Number.isFinite(used_percentage) || !Number.isFinite(resets_at)) return []
    return [{ window, used_percent: used_percentage, resets_at: Math.round(resets_at * 1000) }]
  })
  return { session, windows }
}
