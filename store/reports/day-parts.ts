import type { NameId } from '../schema.ts'
import { countDifferent, type Ids } from './count-different.ts'
import { addDaySums, type DaySums, ROW, sumsOf } from './day-sums.ts'
import type { Sums } from '../../core/usage-sums.ts'

/** A day divided by one column. The numbers of all groups lie side by side. */
export interface DayParts {
  /** Names' ids, or what else the column holds. */
  readonly groups: readonly NameId[]
  /** A row of sums for each group. */
  readonly sums: Float64Array
  /** The sessions that have part in each group, one group after another; names are never as many as four billion. */
  readonly sessions: Uint32Array
  /** Where the sessions of each group end. */
  readonly ends: readonly number[]
}

/** Parts of a day while they are added up. */
export class DayPartsDraft {
  readonly #groups = new Map<NameId, { readonly sums: DaySums; readonly sessions: NameId[] }>()

  /** What one session did of a group; all of a session comes in a row. */
  add(group: NameId, session: NameId, sums: DaySums): void {
    let part = this.#groups.get(group)
    if (part === undefined) this.#groups.set(group, (part = { sums: new Float64Array(ROW), sessions: [] }))
    addDaySums(part.sums, sums, 0)
    const { sessions } = part
    if (sessions[sessions.length - 1] !== session) sessions.push(session)
  }

  finish(): DayParts {
    return partsOf([...this.#groups].map(([group, part]) => ({ group, ...part })))
  }
}

interface Part {
  readonly group: NameId
  readonly sums: DaySums
  readonly sessions: readonly NameId[]
}

function partsOf(parts: readonly Part[]): DayParts {
  const sums = new Float64Array(parts.length * ROW)
  for (const [i, part] of parts.entries()) sums.set(part.sums, i * ROW)
  let end = 0
  return {
    groups: parts.map(({ group }) => group),
    sums,
    sessions: Uint32Array.from(parts.flatMap(({ sessions }) => sessions)),
    ends: parts.map(({ sessions }) => (end += sessions.length)),
  }
}

/** Parts of several days as one. */
export class JoinedParts {
  readonly #sums: DaySums = new Float64Array(ROW)
  readonly #sessions: Ids[] = []

  add({ sums, sessions, ends }: DayParts, index: number): void {
    addDaySums(this.#sums, sums, index)
    this.#sessions.push({
      of: sessions,
      starts: index === 0 ? 0 : (ends[index - 1] as number),
      ends: ends[index] as number,
    })
  }

  /** The sums, with the number of different sessions. */
  get sums(): Sums {
    return sumsOf(this.#sums, countDifferent(this.#sessions))
  }
}

/** Parts of stretches of a day as those of the day: each session is listed once. */
export function joinParts(stretches: readonly DayParts[]): DayParts {
  const joined = new Map<NameId, { readonly sums: DaySums; readonly sessions: Set<NameId> }>()
  for (const { groups, sums, sessions, ends } of stretches) {
    for (let i = 0, at = 0; i < groups.length; i++) {
      const group = groups[i] as NameId
      let part = joined.get(group)
      if (part === undefined) joined.set(group, (part = { sums: new Float64Array(ROW), sessions: new Set() }))
      addDaySums(part.sums, sums, i)
      for (const end = ends[i] as number; at < end; at++) part.sessions.add(sessions[at] as NameId)
    }
  }
  return partsOf([...joined].map(([group, { sums, sessions }]) => ({ group, sums, sessions: [...sessions] })))
}

/** How many different sessions there are in all parts of days. */
export function countSessions(days: readonly DayParts[]): number {
  return countDifferent(
    days.flatMap(({ sessions, ends }) =>
      ends.map((end, i) => ({ of: sessions, starts: i === 0 ? 0 : (ends[i - 1] as number), ends: end })),
    ),
  )
}
