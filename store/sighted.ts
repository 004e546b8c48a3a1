import { merge, type UsageEvent } from '../core/usage-event.ts'

/** Sightings, joined to the events that they show before the ledger is asked for those. */

export interface Incoming {
  event: UsageEvent
  /** Where machines other than the event's have shown it, too: all of them. */
  others: Set<string> | undefined
}

/** A list of sightings, and the events that they show. */
export interface Sighted {
  readonly sightings: readonly UsageEvent[]
  readonly events: ReadonlyMap<string, Incoming>
}

export function haveNothingInCommon(lists: readonly Sighted[]): boolean {
  const [first, ...others] = lists
  if (first === undefined || others.length === 0) return true
  const ids = new Set(first.events.keys())
  return others.every(({ events }) => {
    const size = ids.size
    for (const id of events.keys()) ids.add(id)
    return ids.size === size + events.size
  })
}

export function joinById(sightings: readonly UsageEvent[]): Sighted {
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
export function machinesOf(
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
