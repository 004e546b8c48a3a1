import { dayNumber } from '../../core/day.ts'
import type { Reports } from '../../core/report-specs.ts'
import { eventHash } from '../../store/event-hash.ts'
import { eventsBetween } from '../../store/events.ts'
import type { Ledger } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'

const DAY_MS = 86_400_000

/** Hashes of this machine's own ledger. */
export interface Hashes {
  readonly ledger: Ledger
  readonly machine: string
  readonly days: ReadonlyMap<string, { readonly event_count: number; readonly hash: number }>
}

export async function ownHashes(ledger: Ledger, machine: string, local: Reports): Promise<Hashes> {
  const { days } = await local.hashes({ machine })
  return { ledger, machine, days: new Map(days.map(({ date, ...of }) => [date, of])) }
}

/** The hash of each event of a day. */
export async function hashesOf({ ledger, machine }: Hashes, date: string): Promise<{ id: string; hash: number }[]> {
  const starts = dayNumber(date) * DAY_MS
  const events = await eventsBetween(ledger.db, ONLY_OWNER, { starts, ends: starts + DAY_MS })
  return events.filter((event) => event.machine === machine).map((event) => ({ id: event.id, hash: eventHash(event) }))
}
