import type { UsageEvent } from '../core/usage-event.ts'
import { nameIn, namesOf } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { EventTable, NameId, OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

/** Events as rows, whose names are numbers, and back. */

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

/** What rows say, with their places. */
export async function loggedEvents(db: Db | Tx, rows: readonly EventTable[]): Promise<Logged[]> {
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

/** All names that events have, and those of machines. */
export function namesIn(changed: readonly UsageEvent[], machines: Iterable<string>): Set<string> {
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

/** The rows of events, at the places after `last`. */
export function eventRows(
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
