import type { LimitSample } from '../../core/limits.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What Claude Code's status line told of the plan of nobody, up to now: windows of the last days and those that run. */
export function demoLimits(now: number): LimitSample[] {
  const resets_at = now + 86 * MINUTE
  const week = now + 2 * DAY + 3 * HOUR
  const shared = { account: '', machine: 'demo-studio' }
  const running = [
    { window: 'five_hour', used_percent: 58, seen_at: now - 32 * MINUTE, resets_at },
    { window: 'five_hour', used_percent: 71, seen_at: now - 12 * MINUTE, resets_at },
    { window: 'five_hour', used_percent: 78, seen_at: now - 2 * MINUTE, resets_at },
    { window: 'seven_day', used_percent: 41, seen_at: now - 2 * MINUTE, resets_at: week },
  ]
  const ended = [34, 62, 91, 55, 100, 27].map((used_percent, i) => {
    const ends = resets_at - (i + 1) * 14 * HOUR
    return { window: 'five_hour', used_percent, seen_at: ends - 8 * MINUTE, resets_at: ends }
  })
  return [...running, ...ended].map((sample) => ({ ...shared, ...sample }))
}
