import { type RawBuilder, sql } from 'kysely'
import type { DayRange } from '../../core/range.ts'
import { listsOfFixedLength } from '../bulk.ts'
import { QUARTERS_PER_DAY } from '../machine-days.ts'
import type { Db } from '../open.ts'
import { quarterOf } from '../rollup.ts'
import type { NameId, OwnerId } from '../schema.ts'
import { isIn } from './filter.ts'
import { othersTurn } from './others-turn.ts'
import { wholeRange } from './usage-of-periods.ts'

/** A session's place in the list: when it began, in the range, and its number among those of the same quarter. */
export interface Place {
  readonly session: NameId
  readonly quarter: number
}

interface Wanted {
  readonly db: Db
  readonly owner: OwnerId
  readonly range: DayRange | undefined
  readonly condition: RawBuilder<boolean>
  /** The one session that is asked for; undefined for all. */
  readonly session: NameId | undefined
  /** The place after which to go on. */
  readonly after: Place | undefined
  readonly limit: number
}

/** From one quarter to before another. */
interface Window {
  readonly starts: number
  readonly ends: number
}

/** What is looked at first, and at most at once: a day has hundreds of sessions, or a year has a few. */
const FIRST_WINDOW = QUARTERS_PER_DAY
const LARGEST_WINDOW = 64 * QUARTERS_PER_DAY

/**
 * The places of the sessions that began last. It is looked for backwards in windows of time, so that a page of ten
 * million events is read of a day or two.
 */
export async function latestPlaces(wanted: Wanted): Promise<Place[]> {
  const { after, limit } = wanted
  const { starts, ends } = await windowOf(wanted)
  const places: Place[] = []
  let end = after === undefined ? ends : Math.min(ends, after.quarter + 1)
  for (
    let length = FIRST_WINDOW;
    end > starts && places.length < limit;
    length = Math.min(2 * length, LARGEST_WINDOW)
  ) {
    const start = Math.max(starts, end - length)
    const begun = await begunIn(wanted, { starts: start, ends: end }, starts)
    places.push(...begun.filter((place) => after === undefined || inOrder(after, place) < 0).toSorted(inOrder))
    end = start
    await othersTurn()
  }
  return places.slice(0, limit)
}

function inOrder(a: Place, b: Place): number {
  return b.quarter - a.quarter || b.session - a.session
}

/** All time that can be asked for. */
async function windowOf(wanted: Wanted): Promise<Window> {
  const { starts, ends } = await windowOfRange(wanted)
  if (wanted.session === undefined) return { starts, ends }
  const time = (await timesOf(wanted, [wanted.session])).get(wanted.session)
  if (time === undefined) return { starts: 0, ends: 0 }
  return { starts: Math.max(starts, quarterOf(time.first)), ends: Math.min(ends, quarterOf(time.last) + 1) }
}

async function windowOfRange({ db, owner, range }: Wanted): Promise<Window> {
  if (range !== undefined) {
    const { starts, ends } = wholeRange(range)
    return { starts: quarterOf(starts), ends: quarterOf(ends) }
  }
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(day) as first, max(day) as last from day_version where owner = ${owner}
  `.execute(db)
  const { first = null, last = null } = rows[0] ?? {}
  if (first === null || last === null) return { starts: 0, ends: 0 }
  return { starts: first * QUARTERS_PER_DAY, ends: (last + 1) * QUARTERS_PER_DAY }
}

/** The sessions that began in a window, and not before it. */
async function begunIn(wanted: Wanted, window: Window, earliest: number): Promise<Place[]> {
  const found = await firstCells(wanted, inWindow(window))
  const older = await olderThan(wanted, found, window.starts)
  const begunBefore = await atTheirFirst(wanted, older, earliest)
  const others = older.filter(({ session }) => !begunBefore.has(session))
  const before = { starts: Math.max(earliest, least(others)), ends: window.starts }
  for (const session of await sessionsAt(wanted, inWindow(before), others)) begunBefore.add(session)
  return found.filter(({ session }) => !begunBefore.has(session))
}

/** Those of the sessions that have an event before a quarter, whatever is asked for, each with that of its first one. */
async function olderThan(wanted: Wanted, places: readonly Place[], quarter: number): Promise<Place[]> {
  const sessions = places.map(({ session }) => session)
  const times = await timesOf(wanted, sessions)
  return [...times]
    .map(([session, { first }]) => ({ session, quarter: quarterOf(first) }))
    .filter((first) => first.quarter < quarter)
}

/** Which of the sessions are asked for with their very first event, as nearly all are. */
async function atTheirFirst(wanted: Wanted, first: readonly Place[], earliest: number): Promise<Set<NameId>> {
  const inRange = first.filter(({ quarter }) => quarter >= earliest)
  return sessionsAt(wanted, isIn(sql`r.quarter`, new Set(inRange.map(({ quarter }) => quarter))), inRange)
}

async function sessionsAt(wanted: Wanted, when: RawBuilder<boolean>, of: readonly Place[]): Promise<Set<NameId>> {
  const ids = of.map(({ session }) => session)
  if (ids.length === 0) return new Set()
  const found = await firstCells(wanted, sql`${when} and ${isIn(sql`r.session`, ids)}`)
  return new Set(found.map(({ session }) => session))
}

async function firstCells({ db, owner, condition }: Wanted, when: RawBuilder<boolean>): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select r.session, min(r.quarter) as quarter from usage_quarter r
    where r.owner = ${owner} and ${when} and ${condition} group by r.session
  `.execute(db)
  return rows
}

function inWindow({ starts, ends }: Window): RawBuilder<boolean> {
  return sql`r.quarter >= ${starts} and r.quarter < ${ends}`
}

function least(places: readonly Place[]): number {
  return places.reduce((first, { quarter }) => Math.min(first, quarter), Number.MAX_SAFE_INTEGER)
}

/** From when to when sessions ran, to the millisecond. */
export async function timesOf(
  { db, owner }: Pick<Wanted, 'db' | 'owner'>,
  sessions: readonly NameId[],
): Promise<ReadonlyMap<NameId, { readonly first: number; readonly last: number }>> {
  const times = new Map<NameId, { first: number; last: number }>()
  for (const list of listsOfFixedLength(sessions)) {
    const { rows } = await sql<{ session: NameId; first: number; last: number }>`
      select session, min(occurred_at) as first, max(occurred_at) as last from event
      where owner = ${owner} and session in (${sql.join(list)}) group by session
    `.execute(db)
    for (const { session, first, last } of rows) times.set(session, { first, last })
  }
  return times
}
