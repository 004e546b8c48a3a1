export interface Streaks {
  /** Up to the last day, or the one before it. */
  readonly streak_days: number
  readonly longest_streak_days: number
}

/** Days in a row that are active. One goes on while its next day may still come: today without usage does not end it yet. */
export function streaksOf(active: readonly boolean[]): Streaks {
  let longest = 0
  let run = 0
  let before = 0
  for (const isActive of active) {
    before = run
    run = isActive ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return { streak_days: run > 0 ? run : before, longest_streak_days: longest }
}
