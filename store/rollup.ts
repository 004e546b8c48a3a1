import { sql } from 'kysely'
import { promptStep } from '../core/prices/prompt-steps.ts'
import { outputIsUnderstated } from '../core/usage-event.ts'
import { insertRows, listsOfFixedLength } from './bulk.ts'
import { eachPageOfEvents } from './event-pages.ts'
import { forgetMachineDays, moveMachineDays } from './machine-days.ts'
import { namesOf } from './names.ts'
import type { Db, Tx } from './open.ts'
import { raiseAllVersions, raiseVersions } from './rollup-versions.ts'
import { eventsAsShown, shownAs } from './shown-as.ts'
import type { EventTable, NameId, OwnerId, QuarterKey, QuarterSums, QuarterTable } from './schema.ts'

/**
 * The rollup: events summed by quarters of an hour, within which every time zone in use begins its days and hours. It
 * keeps everything that a report divides by and a price depends on, so reports never read events. It is written with
 * the events, in their transaction, and is at any time what they say, each for the machine for which it counts.
 */

export const QUARTER_MS = 900_000

/** What is alike in all that a row of the rollup adds up: its primary key. */
export const QUARTER_KEY = [
  'owner',
  'quarter',
  'session',
  'model',
  'variant',
  'subagent',
  'prompt_step',
  'machine',
  'project',
  'source',
  'account',
  'client_version',
] as const satisfies readonly (keyof QuarterTable)[]

/** What such a row adds up. */
export const QUARTER_SUMS = [
  'responses',
  'prompts',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'tool_calls',
  'web_searches',
  'understated',
] as const satisfies readonly (keyof QuarterSums)[]

/** The quarter of an hour in which an instant lies. */
export function quarterOf(instant: number): number {
  return Math.floor(instant / QUARTER_MS)
}

/**
 * Takes events out of the rollup and puts others in; returns by how much its cells have changed. `names` are those that
 * the caller knows, versions among them.
 */
export async function moveRollup(
  tx: Tx,
  { out, into }: { out: readonly EventTable[]; into: Iterable<EventTable> },
  names: ReadonlyMap<string, NameId>,
): Promise<QuarterTable[]> {
  const cells = new Cells(await versionsOf(tx, [out, into], names))
  for (const event of out) cells.add(event, -1)
  for (const event of into) cells.add(event, 1)
  const changed = cells.all().filter(hasAnything)
  await insertRows(tx, 'usage_quarter', changed, { or: { key: QUARTER_KEY, sums: QUARTER_SUMS } })
  if (out.length > 0) await dropEmptyCells(tx, changed)
  await raiseVersions(tx, changed)
  return changed
}

/** Makes the rollup anew from all events: after a migration, or a change of events that did not go one by one. */
export async function rebuildRollup(tx: Tx, owner: OwnerId): Promise<void> {
  await tx.deleteFrom('usage_quarter').where('owner', '=', owner).execute()
  await raiseAllVersions(tx, owner)
  // Nothing that was read of days may outlive an erase, whether it would be used or not.
  await tx.deleteFrom('day_usage').where('owner', '=', owner).execute()
  await forgetMachineDays(tx, owner)
  const as = await shownAs(tx, owner)
  await eachPageOfEvents(
    tx,
    async (_, rows) => {
      const into = await eventsAsShown(tx, owner, rows, as)
      await moveMachineDays(tx, await moveRollup(tx, { out: [], into }, new Map()))
    },
    owner,
  )
}

/** Cells while events are added to them. */
class Cells {
  readonly #cells = new Map<string, QuarterTable>()
  readonly #versions: ReadonlyMap<NameId, string>
  /** Where the last event went: the next one mostly goes there too. */
  #last: QuarterTable | undefined

  constructor(versions: ReadonlyMap<NameId, string>) {
    this.#versions = versions
  }

  all(): QuarterTable[] {
    return [...this.#cells.values()]
  }

  /** By its key; it is then no longer among them. */
  take(cell: QuarterTable): QuarterTable | undefined {
    const key = keyOf(cell)
    const found = this.#cells.get(key)
    this.#cells.delete(key)
    return found
  }

  add(event: EventTable, sign: 1 | -1): void {
    const cell = this.#cellOf(event)
    const isResponse = event.kind === 'response'
    if (isResponse) cell.responses += sign
    else cell.prompts += sign
    cell.input_tokens += sign * event.input_tokens
    cell.output_tokens += sign * event.output_tokens
    cell.cache_read_tokens += sign * event.cache_read_tokens
    cell.cache_write_5m_tokens += sign * event.cache_write_5m_tokens
    cell.cache_write_1h_tokens += sign * event.cache_write_1h_tokens
    cell.tool_calls += sign * event.tool_calls
    cell.web_searches += sign * event.web_searches
    const client_version = this.#versions.get(event.client_version) ?? ''
    if (isResponse && outputIsUnderstated({ client_version, output_tokens: event.output_tokens })) {
      cell.understated += sign
    }
  }

  #cellOf(event: EventTable): QuarterTable {
    const quarter = quarterOf(event.occurred_at)
    const subagent = event.seen_as === 'main' ? 0 : 1
    const prompt_step = promptStep(event)
    const last = this.#last
    if (
      last !== undefined &&
      last.quarter === quarter &&
      last.session === event.session &&
      last.model === event.model &&
      last.subagent === subagent &&
      last.prompt_step === prompt_step &&
      last.client_version === event.client_version &&
      last.machine === event.machine &&
      last.project === event.project &&
      last.variant === event.variant &&
      last.source === event.source &&
      last.account === event.account &&
      last.owner === event.owner
    ) {
      return last
    }
    const { owner, session, model, variant, machine, project, source, account, client_version } = event
    const at = { owner, quarter, session, model, variant, subagent, prompt_step } as const
    const made = { ...at, machine, project, source, account, client_version, ...NOTHING }
    const key = keyOf(made)
    const cell = this.#cells.get(key) ?? made
    if (cell === made) this.#cells.set(key, cell)
    return (this.#last = cell)
  }
}

function hasAnything(cell: QuarterTable): boolean {
  for (const sum of QUARTER_SUMS) if (cell[sum] !== 0) return true
  return false
}

function keyOf(of: QuarterKey): string {
  return (
    `${of.quarter} ${of.session} ${of.model} ${of.variant} ${of.subagent} ${of.prompt_step} ` +
    `${of.machine} ${of.project} ${of.source} ${of.account} ${of.client_version} ${of.owner}`
  )
}

const NOTHING: QuarterSums = {
  responses: 0,
  prompts: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  tool_calls: 0,
  web_searches: 0,
  understated: 0,
}

async function versionsOf(
  tx: Db | Tx,
  lists: readonly Iterable<EventTable>[],
  names: ReadonlyMap<string, NameId>,
): Promise<ReadonlyMap<NameId, string>> {
  const ids = new Set<NameId>()
  for (const events of lists) for (const { client_version } of events) ids.add(client_version)
  const versions = new Map<NameId, string>()
  for (const [name, id] of names) if (ids.delete(id)) versions.set(id, name)
  for (const [id, name] of await namesOf(tx, ids)) versions.set(id, name)
  return versions
}

/** How many cells of the rollup are not what the events say; 0 is the law. Both are read whole. */
export async function wrongCells(db: Db, owner: OwnerId): Promise<{ cells: number; wrong: number }> {
  const versions = new Map<NameId, string>()
  const expected = new Cells(versions)
  const as = await shownAs(db, owner)
  await eachPageOfEvents(
    db,
    async (_, rows) => {
      for (const [id, version] of await versionsOf(db, [rows], new Map())) versions.set(id, version)
      for (const row of await eventsAsShown(db, owner, rows, as)) expected.add(row, 1)
    },
    owner,
  )
  const kept = await db.selectFrom('usage_quarter').selectAll().where('owner', '=', owner).execute()
  let wrong = 0
  for (const cell of kept) {
    const should = expected.take(cell)
    if (should === undefined || QUARTER_SUMS.some((sum) => should[sum] !== cell[sum])) wrong++
  }
  return { cells: kept.length, wrong: wrong + expected.all().length }
}

/** Cells from which everything was taken. */
async function dropEmptyCells(tx: Tx, changed: readonly QuarterTable[]): Promise<void> {
  for (const [owner, cells] of Map.groupBy(changed, (cell) => cell.owner)) {
    for (const quarters of listsOfFixedLength(new Set(cells.map(({ quarter }) => quarter)))) {
      await sql`
        delete from usage_quarter
        where owner = ${owner} and quarter in (${sql.join(quarters)}) and responses = 0 and prompts = 0
      `.execute(tx)
    }
  }
}
