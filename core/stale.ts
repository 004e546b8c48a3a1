/** A machine that was silent for so long, in milliseconds, needs a look: Claude Code deletes what it has not sent after 30 days. */
export const STALE_MS = 7 * 86_400_000
