/** How long automatic sync waits after failures. Amounts are kept as durations, so no jump of the clock makes them long. */

const FIRST_MS = 60_000
export const LONGEST_BACKOFF_MS = 30 * 60_000
/** A server may ask for more patience than a failure earns, up to this. */
const LONGEST_ASKED_MS = 3_600_000

/**
 * Milliseconds until the next try after `tries` failures in a row. Full jitter: anything from nothing to twice as much
 * with each failure, so that many machines do not come back at once. What a server asked for (`Retry-After`, seconds)
 * wins, with up to a fifth on top. `random` is from 0 to 1, 1 not included.
 */
export function backoffMs(
  tries: number,
  { random, asked_s }: { random: number; asked_s?: number | undefined },
): number {
  if (asked_s !== undefined) return Math.round(Math.min(asked_s * 1000, LONGEST_ASKED_MS) * (1 + random / 5))
  const most = Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** Math.min(tries - 1, 20))
  return Math.round(random * most)
}

/** The rest of a wait that was to last `wait_ms` from `since` on. After a jump of the clock it is no longer than that. */
export function restOf(wait_ms: number, since: number, now: number): number {
  return Math.max(0, Math.min(wait_ms, since + wait_ms - now))
}
