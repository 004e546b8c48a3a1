import { dayFromNumber, dayNumber, utcDayNumber } from '../../core/day.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { addHash, eventHash } from '../event-hash.ts'
import { eventsBetween, eventsOfMachineAfter } from '../events.ts'
import type { ReportContext } from './context.ts'
import { othersTurn } from './others-turn.ts'

const DAY_MS = 86_400_000
const PAGE = 5000

/**
 * Hashes of what the ledger holds, to compare it with another one: for each UTC day of a machine, or for each event of
 * one UTC day, whichever machine it is of.
 */
export async function hashes(
  { db, owner }: ReportContext,
  { machine, date }: QueryOf<'hashes'>,
): Promise<AnswerOf<'hashes'>> {
  if (date !== undefined) {
    const starts = dayNumber(date) * DAY_MS
    const events = await eventsBetween(db, owner, { starts, ends: starts + DAY_MS })
    return { days: [], events: events.map((event) => ({ id: event.id, hash: eventHash(event) })) }
  }
  const days = new Map<number, { event_count: number; hash: number }>()
  for (let after = 0; machine !== undefined;) {
    const page = await eventsOfMachineAfter(db, owner, machine, { after, limit: PAGE })
    for (const { event } of page) {
      const day = utcDayNumber(event.occurred_at)
      const known = days.get(day) ?? { event_count: 0, hash: 0 }
      days.set(day, { event_count: known.event_count + 1, hash: addHash(known.hash, eventHash(event)) })
    }
    after = page.at(-1)?.seq ?? after
    if (page.length < PAGE) break
    await othersTurn()
  }
  const ordered = [...days].toSorted(([a], [b]) => a - b)
  return { days: ordered.map(([day, of]) => ({ date: dayFromNumber(day), ...of })), events: [] }
}
