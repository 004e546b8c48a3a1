import type { Reports } from '../../core/report-specs.ts'
import { hashesOf, type Hashes } from './own-hashes.ts'

/** How this machine's ledger and the server's agree, by keys and hashes of values. */
export interface ServerCheck {
  readonly days: number
  readonly events: number
  /** Events that the server does not have. */
  readonly missing: number
  /** Events of which the server says something else: mostly since another machine has shown more of them. */
  readonly different: number
  /** Days (UTC) on which something was missing. */
  readonly missing_days: readonly string[]
}

/**
 * Compares day by day; where a day's hash differs, event by event. Events that the server has from another machine are
 * there, too, so a difference of a day alone means nothing yet.
 */
export async function checkServer(own: Hashes, machine: string, server: Reports): Promise<ServerCheck> {
  const { days: theirs } = await server.hashes({ machine })
  const known = new Map(theirs.map((day) => [day.date, day]))
  let [missing, different] = [0, 0]
  const missing_days: string[] = []
  for (const [date, { event_count, hash }] of own.days) {
    const there = known.get(date)
    if (there?.hash === hash && there.event_count === event_count) continue
    const { events } = await server.hashes({ date })
    const hashes = new Map(events.map((event) => [event.id, event.hash]))
    const of = await hashesOf(own, date)
    const lacking = of.filter(({ id }) => !hashes.has(id)).length
    missing += lacking
    different += of.filter(({ id, hash: mine }) => hashes.has(id) && hashes.get(id) !== mine).length
    if (lacking > 0) missing_days.push(date)
  }
  const events = [...own.days.values()].reduce((sum, { event_count }) => sum + event_count, 0)
  return { days: own.days.size, events, missing, different, missing_days }
}
