import { parseUsd, type Picodollars } from '../../core/money.ts'
import { RECENT_STEP_MS } from '../../core/recent.ts'
import type { RecentPoint } from '../../core/report-specs.ts'

/** The last hour as a row of bars, and what is being used right now. */

/** What is drawn: tokens, or what they cost. */
export type TopMetric = 'tokens' | 'cost'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const STEPS_PER_HOUR = HOUR_MS / RECENT_STEP_MS
const STEPS_PER_MINUTE = MINUTE_MS / RECENT_STEP_MS

/** Who was active so lately is at work. */
export const AT_WORK_MS = 5 * MINUTE_MS

/**
 * What was used in each minute that ends with a step of the last hour: the bars overlap, so that a response is seen for a
 * minute, and their height is the same on every screen.
 */
export function minutesOfHour(points: readonly RecentPoint[], now: number, metric: TopMetric): number[] {
  const last = Math.floor(now / RECENT_STEP_MS)
  const first = last - STEPS_PER_HOUR + 1
  const steps = Array<number>(STEPS_PER_HOUR + STEPS_PER_MINUTE - 1).fill(0)
  for (const point of points) {
    const step = Math.floor(Date.parse(point.at) / RECENT_STEP_MS) - first + STEPS_PER_MINUTE - 1
    if (step >= 0 && step < steps.length) steps[step] = amountOf(point, metric)
  }
  return Array.from({ length: STEPS_PER_HOUR }, (_, i) => sumOf(steps.slice(i, i + STEPS_PER_MINUTE)))
}

/** The same in so many columns, each as high as the highest in it. */
export function inColumns(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns)
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / columns))
    return Math.max(...values.slice(from, to))
  })
}

/** Used per minute, in the last five of them. */
export function perMinute(points: readonly RecentPoint[], now: number, metric: TopMetric): number {
  const recent = points.filter(({ at }) => Date.parse(at) > now - AT_WORK_MS && Date.parse(at) <= now)
  return sumOf(recent.map((point) => amountOf(point, metric))) / (AT_WORK_MS / MINUTE_MS)
}

/** Nanodollars, for a cost that is only drawn or rounded to the cent. */
export function amountOf({ total_tokens, cost_usd }: RecentPoint, metric: TopMetric): number {
  return metric === 'tokens' ? total_tokens : Number(parseUsd(cost_usd ?? '0') / PICO_PER_NANO)
}

export function picodollars(nano: number): Picodollars {
  return BigInt(Math.round(nano)) * PICO_PER_NANO
}

const PICO_PER_NANO = 1000n

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
