import type { Instant } from './usage-event.ts'

/** The last hour, as a live view shows it. */

/** What the usage of the last hour may be divided by. */
export const RECENT_GROUPINGS = ['session', 'machine', 'project', 'model'] as const
export type RecentGrouping = (typeof RECENT_GROUPINGS)[number]

/** Usage is told for steps so long. */
export const RECENT_STEP_MS = 15_000

const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000

/**
 * The time that is told at an instant: from the quarter of an hour in which the hour began, so that the same is told for
 * a quarter unless there is new usage. It goes on a quarter beyond the present one, for clocks that are ahead.
 */
export function recentWindow(now: Instant): { readonly starts: Instant; readonly ends: Instant } {
  const starts = Math.floor((now - HOUR_MS) / QUARTER_MS) * QUARTER_MS
  return { starts, ends: starts + HOUR_MS + 2 * QUARTER_MS }
}
