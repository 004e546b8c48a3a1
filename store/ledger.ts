import { utcDayNumber } from '../core/day.ts'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { insertRows, listsOfFixedLength } from './bulk.ts'
import { engineOf } from './engine.ts'
import { findRows, forgetKeys, noteKeys, rowsAt } from './event-index.ts'
import { moveMachineDays } from './machine-days.ts'
import { findName, internNames, nameIn, namesOf } from './names.ts'
import type { Db, Tx } from './open.ts'
import { forgetUnusedProjects } from './projects.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import { moveRollup } from './rollup.ts'
import { eventsAsShown, shownAs } from './shown-as.ts'
import { type Position, takePlaces } from './sequence.ts'

/** What became of recorded events. */
export interface Recorded {
  /** Events that the ledger did not have. */
  readonly added: number
  /** Events that it had, of which a better or earlier sighting came. */
  readonly grown: number
  /** Events of which the sighting told nothing new. */
  readonly unchanged: number
}

/** An event with its place in the ledger. */
export interface Logged {
  readonly seq: Position
  readonly event: UsageEvent
}

const NAME_FIELDS = [
  'machine',
  'session',
  'project',
  'source',
  'account',
  'model',
  'variant',
  'client_version',
] as const

/**
 * Records sightings of events, the same on a laptop and on a server: beside it only record-scanned.ts writes events, those
 * that nobody has seen.
 *
 * Merging is a join (see {@link merge}), so any order, split or repetition of calls leaves the same events. A new or
 * grown event goes to the end of the ledger's order. Runs in the caller's transaction: with a cursor or a position in
 * it, a crash keeps either both or neither.
 */
export async function record(tx: Tx, owner: OwnerId, sightings: readonly UsageEvent[]): Promise<Recorded> {
  const [recorded] = await recordEach(tx, owner, [sightings])
  return recorded as Recorded
}

/**
 * The same of several lists, as if one after another, in hardly more time than one takes. Those that are all `believedNew`
 * are not looked up; where PostgreSQL has one of them, its index refuses them all ({@link wasKnown}).
 */
export async function recordEach(
  tx: Tx,
  owner: OwnerId,
  lists: readonly (readonly UsageEvent[])[],
  { believedNew = false }: { readonly believedNew?: boolean } = {},
): Promise<Recorded[]> {
  const joined = lists.map(joinById)
  if (!haveNothingInCommon(joined)) {
    const recorded: Recorded[] = []
    for (const each of joined) recorded.push(...(await recordJoined(tx, owner, [each], false)))
    return recorded
  }
  return recordJoined(tx, owner, joined, believedNew && engineOf(tx) === 'postgres')
}

/** Each event is in one of the lists only. */
async function recordJoined(
  tx: Tx,
  owner: OwnerId,
  lists: readonly Sighted[],
  believedNew: boolean,
): Promise<Recorded[]> {
  const ids = believedNew ? [] : lists.flatMap(({ events }) => [...events.keys()])
  const known = await findEvents(tx, owner, ids)
  const changed: UsageEvent[] = []
  const replaced: EventTable[] = []
  const left = new Set<NameId>()
  const shared: [event: string, machine: string][] = []
  const as = await shownAs(tx, owner)
  /** Stay as they are, but may count for another machine, now that it has shown them. */
  const inherited: EventTable[] = []
  const recorded = lists.map(({ events }) => {
    const [changedBefore, replacedBefore] = [changed.length, replaced.length]
    for (const { event, others } of events.values()) {
      const before = known.get(event.id)
      const joined = before === undefined ? event : merge(before.event, event)
      const machines = machinesOf(event, others, before?.event)
      if (machines !== undefined) for (const machine of machines) shared.push([event.id, machine])
      if (joined === before?.event) {
        if (as.isGone(before.row.machine)) inherited.push(before.row)
        continue
      }
      changed.push(joined)
      if (before === undefined) continue
      replaced.push(before.row)
      if (before.event.project !== joined.project) left.add(before.row.project)
    }
    const [moved, grown] = [changed.length - changedBefore, replaced.length - replacedBefore]
    return { added: moved - grown, grown, unchanged: events.size - moved }
  })
  const days = seenDays(lists)
  if (days.size === 0) return recorded
  const names = await internNames(tx, namesIn(changed, [...days.keys(), ...shared.map(([, machine]) => machine)]))
  const out = await eventsAsShown(tx, owner, [...replaced, ...inherited], as)
  await insertRows(
    tx,
    'seen_by',
    shared.map(([event, machine]) => ({ owner, event, machine: names.get(machine) as NameId })),
    { or: 'ignore' },
  )
  const rows = eventRows(owner, changed, names, await takePlaces(tx, changed.length))
  const moveSums = async () => {
    const into = await eventsAsShown(tx, owner, [...rows, ...inherited], as)
    await moveMachineDays(tx, await moveRollup(tx, { out, into }, names))
  }
  // Added up while PostgreSQL takes the rows.
  const sent = Promise.withResolvers<void>()
  const replacing = replaceRows(tx, owner, { remove: replaced, append: rows, sent: sent.resolve })
  await allOf([replacing.finally(sent.resolve), sent.promise.then(moveSums)])
  await markSeenDays(tx, owner, days, names)
  if (left.size > 0) await forgetUnusedProjects(tx, owner, left)
  return recorded
}

/**
 * Takes events out of the ledger, by their places, and puts others at its end, with the rollup. For an undo: whatever
 * a transcript or a machine shows goes through {@link record}.
 */
export async function replaceEvents(
  tx: Tx,
  owner: OwnerId,
  { remove, append }: { remove: readonly Position[]; append: readonly UsageEvent[] },
): Promise<void> {
  const removed = await rowsAt(tx, owner, remove)
  const names = await internNames(tx, namesIn(append, []))
  const as = await shownAs(tx, owner)
  const out = await eventsAsShown(tx, owner, removed, as)
  const rows = eventRows(owner, append, names, await takePlaces(tx, append.length))
  await replaceRows(tx, owner, { remove: removed, append: rows })
  const into = await eventsAsShown(tx, owner, rows, as)
  await moveMachineDays(tx, await moveRollup(tx, { out, into }, names))
}

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

interface Incoming {
  event: UsageEvent
  /** Where machines other than the event's have shown it, too: all of them. */
  others: Set<string> | undefined
}

/** A list of sightings, and the events that they show. */
interface Sighted {
  readonly sightings: readonly UsageEvent[]
  readonly events: ReadonlyMap<string, Incoming>
}

function haveNothingInCommon(lists: readonly Sighted[]): boolean {
  const [first, ...others] = lists
  if (first === undefined || others.length === 0) return true
  const ids = new Set(first.events.keys())
  return others.every(({ events }) => {
    const size = ids.size
    for (const id of events.keys()) ids.add(id)
    return ids.size === size + events.size
  })
}

function joinById(sightings: readonly UsageEvent[]): Sighted {
  const events = new Map<string, Incoming>()
  for (const sighting of sightings) {
    const before = events.get(sighting.id)
    if (before === undefined) {
      events.set(sighting.id, { event: sighting, others: undefined })
      continue
    }
    before.others = machinesOf(sighting, before.others, before.event)
    before.event = merge(before.event, sighting)
  }
  return { sightings, events }
}

/** The machines of two sightings and of those before; undefined where all are of one machine. */
function machinesOf(
  event: UsageEvent,
  others: Set<string> | undefined,
  before: UsageEvent | undefined,
): Set<string> | undefined {
  if (others === undefined && (before === undefined || before.machine === event.machine)) return undefined
  const machines = others ?? new Set<string>()
  machines.add(event.machine)
  if (before !== undefined) machines.add(before.machine)
  return machines
}

interface Known {
  readonly row: EventTable
  readonly event: UsageEvent
}

async function findEvents(tx: Db | Tx, owner: OwnerId, ids: readonly string[]): Promise<Map<string, Known>> {
  const rows = await findRows(tx, owner, ids)
  const events = await loggedEvents(tx, rows)
  return new Map(events.map(({ event }, i) => [event.id, { row: rows[i] as EventTable, event }]))
}

async function loggedEvents(db: Db | Tx, rows: readonly EventTable[]): Promise<Logged[]> {
  const ids = new Set<NameId>()
  for (const row of rows) for (const field of NAME_FIELDS) ids.add(row[field])
  const names = await namesOf(db, ids)
  const name = (id: NameId) => nameIn(names, id)
  return rows.map((row) => ({
    seq: row.seq,
    event: {
      id: row.id,
      kind: row.kind,
      occurred_at: row.occurred_at,
      machine: name(row.machine),
      session: name(row.session),
      project: name(row.project),
      source: name(row.source),
      account: name(row.account),
      seen_as: row.seen_as,
      model: name(row.model),
      variant: name(row.variant),
      client_version: name(row.client_version),
      input_tokens: row.input_tokens,
      output_tokens: row.output_tokens,
      cache_read_tokens: row.cache_read_tokens,
      cache_write_5m_tokens: row.cache_write_5m_tokens,
      cache_write_1h_tokens: row.cache_write_1h_tokens,
      tool_calls: row.tool_calls,
      web_searches: row.web_searches,
    },
  }))
}

function namesIn(changed: readonly UsageEvent[], machines: Iterable<string>): Set<string> {
  const names = new Set(machines)
  let before: UsageEvent | undefined
  for (const event of changed) {
    // Neighbours mostly agree; and a loop over the fields would take several times as long.
    if (event.machine !== before?.machine) names.add(event.machine)
    if (event.session !== before?.session) names.add(event.session)
    if (event.project !== before?.project) names.add(event.project)
    if (event.source !== before?.source) names.add(event.source)
    if (event.account !== before?.account) names.add(event.account)
    if (event.model !== before?.model) names.add(event.model)
    if (event.variant !== before?.variant) names.add(event.variant)
    if (event.client_version !== before?.client_version) names.add(event.client_version)
    before = event
  }
  return names
}

/** Whoever calls it moves the rollup, which always is what the events say. */
async function replaceRows(
  tx: Tx,
  owner: OwnerId,
  {
    remove,
    append,
    sent,
  }: { remove: readonly EventTable[]; append: readonly EventTable[]; sent?: (() => void) | undefined },
): Promise<void> {
  await forgetKeys(tx, owner, remove)
  for (const list of listsOfFixedLength(remove.map(({ seq }) => seq))) {
    await tx.deleteFrom('event').where('owner', '=', owner).where('seq', 'in', list).execute()
  }
  await insertRows(tx, 'event', append, { sent })
  await noteKeys(tx, owner, append)
}

/** Waits for all, also where one fails: nothing may go on once its transaction is over. */
async function allOf(changes: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(changes)) if (done.status === 'rejected') throw done.reason
}

function eventRows(
  owner: OwnerId,
  events: readonly UsageEvent[],
  names: ReadonlyMap<string, NameId>,
  last: Position,
): EventTable[] {
  const id = (name: string) => names.get(name) as NameId
  return events.map((event, i): EventTable => ({
    owner,
    seq: last + 1 + i,
    id: event.id,
    kind: event.kind,
    occurred_at: event.occurred_at,
    machine: id(event.machine),
    session: id(event.session),
    project: id(event.project),
    source: id(event.source),
    account: id(event.account),
    seen_as: event.seen_as,
    model: id(event.model),
    variant: id(event.variant),
    client_version: id(event.client_version),
    input_tokens: event.input_tokens,
    output_tokens: event.output_tokens,
    cache_read_tokens: event.cache_read_tokens,
    cache_write_5m_tokens: event.cache_write_5m_tokens,
    cache_write_1h_tokens: event.cache_write_1h_tokens,
    tool_calls: event.tool_calls,
    web_searches: event.web_searches,
  }))
}

/** For each machine, the days on which it shows something. */
function seenDays(lists: readonly Sighted[]): Map<string, Set<number>> {
  const days = new Map<string, Set<number>>()
  let [last_machine, last_day] = ['', -1]
  for (const { sightings } of lists) {
    for (const { machine, occurred_at } of sightings) {
      const day = utcDayNumber(occurred_at)
      if (machine === last_machine && day === last_day) continue
      let ofMachine = days.get(machine)
      if (ofMachine === undefined) days.set(machine, (ofMachine = new Set()))
      ofMachine.add(day)
      last_machine = machine
      last_day = day
    }
  }
  return days
}

/** Notes days on which machines have shown something. */
export async function markSeenDays(
  tx: Tx,
  owner: OwnerId,
  days: ReadonlyMap<string, ReadonlySet<number>>,
  names: ReadonlyMap<string, NameId>,
): Promise<void> {
  const rows = [...days].flatMap(([machine, ofMachine]) =>
    [...ofMachine].map((day) => ({ owner, machine: names.get(machine) as NameId, day })),
  )
  await insertRows(tx, 'seen_day', rows, { or: 'ignore' })
}
