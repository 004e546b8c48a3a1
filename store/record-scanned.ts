import { utcDayNumber } from '../core/day.ts'
import { PackedReader, type PackedEvents } from '../core/packed-events.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { accountAt, type AccountSpan } from './account-spans.ts'
import { insertEach } from './bulk.ts'
import { engineOf } from './engine.ts'
import { MANY, noteKeys } from './event-index.ts'
import { eventKey } from './event-key.ts'
import { record, type Recorded } from './ledger.ts'
import { markSeenDays } from './seen-days.ts'
import { moveMachineDays } from './machine-days.ts'
import { internNames } from './names.ts'
import type { Tx } from './open.ts'
import { moveRollup } from './rollup.ts'
import { filtersOf } from './run-filters.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import { takePlaces } from './sequence.ts'
import { shownAs } from './shown-as.ts'

/** What a scanner found. Two sightings of one event may be among them. */
export interface Scanned {
  readonly packed: readonly PackedEvents[]
  readonly parsed: readonly UsageEvent[]
}

/** Whose events are recorded. */
export interface ScannedBy {
  readonly machine: string
  /** When who was signed in, by what events carry as their source. */
  readonly accounts: ReadonlyMap<string, readonly AccountSpan[]>
}

/**
 * Records what a scanner found, as {@link record} would. Of a first reading nearly all is new, and stands there once: such
 * events go from the scanner's numbers into rows, and everything else the usual way.
 */
export async function recordScanned(tx: Tx, owner: OwnerId, scanned: Scanned, by: ScannedBy): Promise<Recorded> {
  const { fresh, others } = await divide(tx, owner, scanned, by)
  const recorded = await record(tx, owner, others)
  const added = await append(tx, owner, fresh, by)
  return { ...recorded, added: recorded.added + added }
}

/** Events of a scanner, by their places in what it handed over. */
interface Part {
  readonly reader: PackedReader
  readonly places: readonly number[]
}

async function divide(
  tx: Tx,
  owner: OwnerId,
  { packed, parsed }: Scanned,
  by: ScannedBy,
): Promise<{ fresh: Part[]; others: UsageEvent[] }> {
  const readers = packed.map((some) => new PackedReader(some))
  const others = parsed.map((event) => ({ ...event, account: accountOf(by, event.source, event.occurred_at) }))
  const isFresh = await freshOnes(tx, owner, readers, parsed)
  const fresh = readers.map((reader) => {
    const places: number[] = []
    for (let place = 0; place < reader.packed.count; place++) {
      if (isFresh(reader.id(place))) places.push(place)
      else others.push(eventOf(reader, place, by))
    }
    return { reader, places }
  })
  return { fresh, others }
}

/** Tells of the ids of scanned events whether it is sure that the ledger has none, and that no other sighting came along. */
async function freshOnes(
  tx: Tx,
  owner: OwnerId,
  readers: readonly PackedReader[],
  parsed: readonly UsageEvent[],
): Promise<(id: string) => boolean> {
  const count = readers.reduce((sum, { packed }) => sum + packed.count, 0)
  // Where people have said something of machines, an event may count for another one.
  const isPlain = count >= MANY && engineOf(tx) === 'sqlite' && (await shownAs(tx, owner)).isEmpty
  if (!isPlain) return () => false
  const filters = await filtersOf(tx, owner)
  await filters.readOpenRun(tx)
  const ids = new Set<string>()
  const known = new Set(parsed.map(({ id }) => id))
  for (const reader of readers) {
    for (let place = 0; place < reader.packed.count; place++) {
      const id = reader.id(place)
      if (ids.has(id) || filters.mayHave(eventKey(id))) known.add(id)
      else ids.add(id)
    }
  }
  return (id) => !known.has(id)
}

function eventOf(reader: PackedReader, place: number, by: ScannedBy): UsageEvent {
  const source = reader.packed.sources[reader.source(place)] as string
  return reader.event(place, { machine: by.machine, account: accountOf(by, source, reader.occurredAt(place)) })
}

function accountOf({ accounts }: ScannedBy, source: string, occurred_at: number): string {
  const spans = accounts.get(source)
  return spans === undefined ? '' : accountAt(spans, occurred_at)
}

/** Puts events at the ledger's end that it does not have; returns how many. */
async function append(tx: Tx, owner: OwnerId, parts: readonly Part[], by: ScannedBy): Promise<number> {
  const count = parts.reduce((sum, { places }) => sum + places.length, 0)
  if (count === 0) return 0
  const names = await internNames(tx, namesIn(parts, by))
  const first = (await takePlaces(tx, count)) + 1
  const rows = { [Symbol.iterator]: () => eventRows(parts, { owner, first, names, by }) }
  await insertEach(tx, 'event', { rows, count })
  await noteKeys(tx, owner, rows)
  await moveMachineDays(tx, await moveRollup(tx, { out: [], into: rows }, names))
  const days = new Set<number>()
  for (const { occurred_at } of rows) days.add(utcDayNumber(occurred_at))
  await markSeenDays(tx, owner, new Map([[by.machine, days]]), names)
  return count
}

/** The names that these events need. A scanner may know others too, of sightings that another one has replaced. */
function namesIn(parts: readonly Part[], by: ScannedBy): Set<string> {
  const names = new Set([by.machine])
  for (const { reader, places } of parts) {
    const { packed } = reader
    const used = new Uint8Array(packed.names.length)
    for (const place of places) {
      used[reader.session(place)] = 1
      used[reader.project(place)] = 1
      used[reader.model(place)] = 1
      used[reader.variant(place)] = 1
      used[reader.clientVersion(place)] = 1
      const source = packed.sources[reader.source(place)] as string
      names.add(source)
      names.add(accountOf(by, source, reader.occurredAt(place)))
    }
    for (const [number, name] of packed.names.entries()) if (used[number] === 1) names.add(name)
  }
  return names
}

interface Placed {
  readonly owner: OwnerId
  /** The place of the first of them. */
  readonly first: number
  readonly names: ReadonlyMap<string, NameId>
  readonly by: ScannedBy
}

/** Events as rows, one after another: each is good until the next one is asked for, since all are the same object. */
function* eventRows(parts: readonly Part[], { owner, first, names, by }: Placed): Generator<EventTable> {
  const row = emptyRow(owner, names.get(by.machine) as NameId)
  row.seq = first - 1
  for (const { reader, places } of parts) {
    // A name that no row needs has no id, and nobody asks for it.
    const ids = reader.packed.names.map((name) => names.get(name) as NameId)
    for (const place of places) {
      const source = reader.packed.sources[reader.source(place)] as string
      row.seq++
      row.id = reader.id(place)
      row.kind = reader.kind(place)
      row.occurred_at = reader.occurredAt(place)
      row.session = ids[reader.session(place)] as NameId
      row.project = ids[reader.project(place)] as NameId
      row.source = names.get(source) as NameId
      row.account = names.get(accountOf(by, source, row.occurred_at)) as NameId
      row.seen_as = reader.seenAs(place)
      row.model = ids[reader.model(place)] as NameId
      row.variant = ids[reader.variant(place)] as NameId
      row.client_version = ids[reader.clientVersion(place)] as NameId
      row.input_tokens = reader.inputTokens(place)
      row.output_tokens = reader.outputTokens(place)
      row.cache_read_tokens = reader.cacheReadTokens(place)
      row.cache_write_5m_tokens = reader.cacheWrite5mTokens(place)
      row.cache_write_1h_tokens = reader.cacheWrite1hTokens(place)
      row.tool_calls = reader.toolCalls(place)
      row.web_searches = reader.webSearches(place)
      yield row
    }
  }
}

/** With its columns in the order in which all rows of events have them. */
function emptyRow(owner: OwnerId, machine: NameId): EventTable {
  return {
    owner,
    seq: 0,
    id: '',
    kind: 'response',
    occurred_at: 0,
    machine,
    session: 0,
    project: 0,
    source: 0,
    account: 0,
    seen_as: 'main',
    model: 0,
    variant: 0,
    client_version: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    tool_calls: 0,
    web_searches: 0,
  }
}
