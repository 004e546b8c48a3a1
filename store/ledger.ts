import { merge, type UsageEvent } from '../core/usage-event.ts'
import { insertRows, listsOfFixedLength } from './bulk.ts'
import { engineOf } from './engine.ts'
import { forgetKeys, noteKeys, rowsAt } from './event-index.ts'
import { eventRows, namesIn } from './event-rows.ts'
import { findEvents, type Known } from './events.ts'
import { moveMachineDays } from './machine-days.ts'
import { internNames } from './names.ts'
import type { Tx } from './open.ts'
import { forgetUnusedProjects } from './projects.ts'
import { moveRollup } from './rollup.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import { markSeenDays, seenDays } from './seen-days.ts'
import { type Position, takePlaces } from './sequence.ts'
import { eventsAsShown, type ShownAs, shownAs } from './shown-as.ts'
import { haveNothingInCommon, joinById, machinesOf, type Sighted } from './sighted.ts'

/** What became of recorded events. */
export interface Recorded {
  /** Events that the ledger did not have. */
  readonly added: number
  /** Events that it had, of which a better or earlier sighting came. */
  readonly grown: number
  /** Events of which the sighting told nothing new. */
  readonly unchanged: number
}

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
  const as = await shownAs(tx, owner)
  const known = await findEvents(tx, owner, ids)
  const { recorded, changed, replaced, inherited, left, shared } = changesOf(lists, known, as)
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

/** What sightings change. */
interface Changes {
  /** Of each list. */
  readonly recorded: Recorded[]
  /** New and grown events, as they are now. */
  readonly changed: UsageEvent[]
  /** The rows that grown events had. */
  readonly replaced: EventTable[]
  /** Rows that stay as they are, but may count for another machine, now that it has shown them. */
  readonly inherited: EventTable[]
  /** Projects that events went away from. */
  readonly left: Set<NameId>
  readonly shared: [event: string, machine: string][]
}

function changesOf(lists: readonly Sighted[], known: ReadonlyMap<string, Known>, as: ShownAs): Changes {
  const changes: Changes = { recorded: [], changed: [], replaced: [], inherited: [], left: new Set(), shared: [] }
  const { recorded, changed, replaced, inherited, left, shared } = changes
  for (const { events } of lists) {
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
    recorded.push({ added: moved - grown, grown, unchanged: events.size - moved })
  }
  return changes
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
