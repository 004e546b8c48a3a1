import type { UsageEvent } from '../core/usage-event.ts'
import { findRows } from './event-index.ts'
import { type Logged, loggedEvents } from './event-rows.ts'
import { findName } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { EventTable, OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

/** The ledger's events, as they are asked for. What writes them is in ledger.ts. */

/** Events after a position, in the ledger's order. A grown event appears again, at its new place. */
export async function eventsAfter(db: Db | Tx, owner: OwnerId, after: Position, limit: number): Promise<Logged[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('owner', '=', owner)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return loggedEvents(db, rows)
}

/** The same of those that are attributed to one machine. */
export async function eventsOfMachineAfter(
  db: Db | Tx,
  owner: OwnerId,
  machine: string,
  { after, limit }: { readonly after: Position; readonly limit: number },
): Promise<Logged[]> {
  const id = await findName(db, machine)
  if (id === undefined) return []
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('owner', '=', owner)
    .where('machine', '=', id)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return loggedEvents(db, rows)
}

/** One event, and every machine that has shown it; undefined where the ledger does not have it. */
export async function findEvent(
  db: Db | Tx,
  owner: OwnerId,
  id: string,
): Promise<{ event: UsageEvent; machines: string[] } | undefined> {
  const [logged] = await loggedEvents(db, await findRows(db, owner, [id]))
  if (logged === undefined) return undefined
  const seen = await db
    .selectFrom('seen_by')
    .innerJoin('name', 'name.id', 'seen_by.machine')
    .select('name.value')
    .where('owner', '=', owner)
    .where('event', '=', id)
    .execute()
  const machines = new Set([logged.event.machine, ...seen.map(({ value }) => value)])
  return { event: logged.event, machines: [...machines] }
}

/** Events by their ids; those that the ledger does not have are not in it. */
export async function eventsById(
  db: Db | Tx,
  owner: OwnerId,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, UsageEvent>> {
  const found = await findEvents(db, owner, [...ids])
  return new Map([...found].map(([id, { event }]) => [id, event]))
}

/** All events of a stretch of time. */
export async function eventsBetween(
  db: Db | Tx,
  owner: OwnerId,
  { starts, ends }: { readonly starts: number; readonly ends: number },
): Promise<UsageEvent[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('owner', '=', owner)
    .where('occurred_at', '>=', starts)
    .where('occurred_at', '<', ends)
    .execute()
  return (await loggedEvents(db, rows)).map(({ event }) => event)
}

/** How many events lie after a position. */
export async function countAfter(db: Db | Tx, owner: OwnerId, after: Position): Promise<number> {
  const row = await db
    .selectFrom('event')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('owner', '=', owner)
    .where('seq', '>', after)
    .executeTakeFirstOrThrow()
  return row.count
}

/** An event as the ledger has it. */
export interface Known {
  readonly row: EventTable
  readonly event: UsageEvent
}

/** Events by their ids, with their rows. */
export async function findEvents(tx: Db | Tx, owner: OwnerId, ids: readonly string[]): Promise<Map<string, Known>> {
  const rows = await findRows(tx, owner, ids)
  const events = await loggedEvents(tx, rows)
  return new Map(events.map(({ event }, i) => [event.id, { row: rows[i] as EventTable, event }]))
}
