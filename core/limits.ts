import type { Instant } from './usage-event.ts'

/**
 * Plan limits, as Claude Code itself tells them to its status line: how much of a window is used, and when it resets.
 * They are an account's, so every machine that shows one shows the same one; nothing is ever added up or guessed.
 */

/** What Claude Code told once. */
export interface LimitSample {
  /** Whose plan: a hash, or empty where the machine could not tell. */
  readonly account: string
  /** As Claude Code calls it: `five_hour`, `seven_day`, perhaps others one day. */
  readonly window: string
  readonly used_percent: number
  readonly resets_at: Instant
  readonly seen_at: Instant
  readonly machine: string
}

/** One figure for each account and window. */
export interface Gauge extends LimitSample {
  /** What an even pace would have used by now; null where the window's length is not known. */
  readonly even_percent: number | null
  /** What will be used at the reset if it goes on like this; null where nothing tells. */
  readonly projected_percent: number | null
  /** When it would be full, where that is before its reset. */
  readonly full_at: Instant | null
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const LENGTHS: readonly [prefix: string, ms: number][] = [
  ['five_hour', 5 * HOUR],
  ['seven_day', 7 * DAY],
]

/** Clocks of machines and of Anthropic differ a little. */
const SLACK = HOUR
/** No window of a name that is not known is believed to be longer. */
const LONGEST = 32 * DAY

/** How long a window is; undefined for one of an unknown name. */
export function windowLength(window: string): number | undefined {
  return LENGTHS.find(([prefix]) => window.startsWith(prefix))?.[1]
}

/** Could it be true? A window that resets later than it is long, or in the past, was misread, or the clock is wrong. */
export function isPlausible({
  window,
  used_percent,
  resets_at,
  seen_at,
}: Omit<LimitSample, 'account' | 'machine'>): boolean {
  const left = resets_at - seen_at
  const isPercent = used_percent >= 0 && used_percent <= 1000
  return isPercent && left > 0 && left <= (windowLength(window) ?? LONGEST) + SLACK
}

/**
 * The gauges of samples: for each account and window the newest one, if its window has not been reset since. A later
 * reset wins over an earlier one that was seen in the same moment, then the fuller one.
 */
export function gaugesOf(samples: readonly LimitSample[], now: Instant): Gauge[] {
  const alive = samples.filter(({ resets_at, seen_at }) => resets_at > now && seen_at <= now)
  const groups = Map.groupBy(alive, ({ account, window }) => `${account} ${window}`)
  return [...groups.values()]
    .map((group) => {
      const newest = group.reduce((a, b) => (isNewer(b, a) ? b : a))
      return { ...newest, ...outlook(newest, group, now) }
    })
    .toSorted((a, b) => compare(a.account, b.account) || compare(a.window, b.window))
}

function isNewer(a: LimitSample, b: LimitSample): boolean {
  return (a.seen_at - b.seen_at || a.resets_at - b.resets_at || a.used_percent - b.used_percent) > 0
}

/** Pace and forecast. A short window is judged by its last half hour, a long one by all that has passed of it. */
function outlook(
  newest: LimitSample,
  group: readonly LimitSample[],
  now: Instant,
): Pick<Gauge, 'even_percent' | 'projected_percent' | 'full_at'> {
  const { window, used_percent, resets_at, seen_at } = newest
  const length = windowLength(window)
  if (length === undefined) return { even_percent: null, projected_percent: null, full_at: null }
  const starts = resets_at - length
  const even_percent = rounded(100 * Math.min(1, Math.max(0, (now - starts) / length)))
  const perMs = length <= DAY ? recentPace(newest, group, now) : wholePace(newest, starts)
  if (perMs === undefined) return { even_percent, projected_percent: null, full_at: null }
  const full = perMs > 0 ? Math.round(seen_at + (100 - used_percent) / perMs) : Number.POSITIVE_INFINITY
  return {
    even_percent,
    projected_percent: rounded(used_percent + perMs * (resets_at - seen_at)),
    full_at: used_percent < 100 && full < resets_at ? full : null,
  }
}

const RECENT = 30 * MINUTE
/** Less than this says nothing of a pace. */
const LEAST_RECENT = 5 * MINUTE
const LEAST_WHOLE = 12 * HOUR

/** Percent a millisecond over the last half hour; undefined where nothing happened in it. */
function recentPace(newest: LimitSample, group: readonly LimitSample[], now: Instant): number | undefined {
  const same = group
    .filter(({ resets_at }) => Math.abs(resets_at - newest.resets_at) < MINUTE)
    .toSorted((a, b) => a.seen_at - b.seen_at || a.used_percent - b.used_percent)
  const from = same.findLast(({ seen_at }) => seen_at <= now - RECENT) ?? same[0] ?? newest
  const span = newest.seen_at - from.seen_at
  if (newest.seen_at < now - RECENT || span < LEAST_RECENT) return undefined
  const pace = (newest.used_percent - from.used_percent) / span
  return pace > 0 ? pace : undefined
}

function wholePace({ used_percent, seen_at }: LimitSample, starts: Instant): number | undefined {
  const passed = seen_at - starts
  return passed < LEAST_WHOLE ? undefined : used_percent / passed
}

/** The highest figure of each window that has ended, the latest first. */
export function peaksOf(samples: readonly LimitSample[], now: Instant): LimitSample[] {
  const ended = samples.filter(({ resets_at }) => resets_at <= now)
  // The reset of one window is told to the second, and not always to the same one.
  const groups = Map.groupBy(
    ended,
    ({ account, window, resets_at }) => `${account} ${window} ${Math.round(resets_at / MINUTE)}`,
  )
  return [...groups.values()]
    .map((group) => group.reduce((a, b) => (b.used_percent > a.used_percent ? b : a)))
    .toSorted((a, b) => b.resets_at - a.resets_at || compare(a.account, b.account) || compare(a.window, b.window))
}

function rounded(percent: number): number {
  return Math.round(percent * 10) / 10
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
