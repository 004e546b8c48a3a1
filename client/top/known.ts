import type { Problem } from '../../core/problem.ts'
import type { RecentGrouping } from '../../core/recent.ts'
import type { AnswerOf, RecentRow } from '../../core/report-specs.ts'
import { AT_WORK_MS, perMinute } from './hour.ts'

/** An answer, what it was asked for, and of whom. */
export interface Answered {
  readonly answer: AnswerOf<'recent'>
  readonly by: RecentGrouping
  /** When it was asked for. */
  readonly at: number
  readonly scope: 'server' | 'local'
  /** Why it is of this machine only, where it should be of all. */
  readonly problem?: Problem | undefined
}

/** What the live view knows. */
export interface Known {
  readonly answered: Answered | undefined
  /** Why there is nothing newer, or why it is of this machine only. */
  readonly problem: Problem | undefined
  /** Is each change told by itself, or asked for now and then? Undefined for a single picture. */
  readonly isLive: boolean | undefined
}

export const NOTHING_KNOWN: Known = { answered: undefined, problem: undefined, isLive: false }

/** Is what is known of the past, since whoever told it cannot be reached? */
export function isStale({ answered, problem }: Known): boolean {
  return problem !== undefined && answered?.scope === 'server'
}

/** Rows as they are shown: who is at work comes first, by how much, then who was active last. */
export function shownRows({ answered }: Known, now: number): readonly RecentRow[] {
  const rates = new Map(answered?.answer.rows.map((row) => [row, perMinute(row.points, now, 'tokens')]))
  const rate = (row: RecentRow) => rates.get(row) ?? 0
  return (answered?.answer.rows ?? []).toSorted(
    (a, b) => rate(b) - rate(a) || (a.last_activity < b.last_activity ? 1 : a.last_activity > b.last_activity ? -1 : 0),
  )
}

export function isAtWork({ last_activity }: RecentRow, now: number): boolean {
  return now - Date.parse(last_activity) < AT_WORK_MS
}

export const NOTHING_TODAY = ['No usage today yet.', 'As soon as Claude Code is used, it appears here by itself.']
