import { sql } from 'kysely'
import { promptStep } from '../core/prices/prompt-steps.ts'
import { outputIsUnderstated } from '../core/usage-event.ts'
import { insertRows, listsOfFixedLength } from './bulk.ts'
import { namesOf } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { EventTable, NameId, OwnerId, QuarterKey, QuarterSums, QuarterTable } from './schema.ts'

/**
 * The rollup: events summed by quarters of an hour, within which every time zone in use begins its days and hours. It
 * keeps everything that a report divides by and a price depends on, so reports never read events. It is written with
 * the events, in their transaction, and is at any time what they say.
 */

export const QUARTER_MS = 900_000
const QUARTERS_PER_DAY = 96

const KEY = [
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

const SUMS = [
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

/** Takes events out of the rollup and puts others in. `names` are those that the caller knows, versions among them. */
export async function moveRollup(
  tx: Tx,
  { out, into }: { out: readonly EventTable[]; into: readonly EventTable[] },
  names: ReadonlyMap<string, NameId>,
): Promise<void> {
  const versions = await versionsOf(tx, [...out, ...into], names)
  const cells = new Map<string, QuarterTable>()
  for (const event of out) addEvent(cells, event, versions, -1)
  for (const event of into) addEvent(cells, event, versions, 1)
  const changed = [...cells.values()].filter((cell) => SUMS.some((sum) => cell[sum] !== 0))
  await insertRows(tx, 'usage_quarter', changed, { or: { key: KEY, sums: SUMS } })
  if (out.length > 0) await dropEmptyCells(tx, changed)
  await raiseVersions(tx, changed)
}

/** Makes the rollup anew from all events: after a migration, or a change of events that did not go one by one. */
export async function rebuildRollup(tx: Tx, owner?: OwnerId): Promise<void> {
  await tx
    .deleteFrom('usage_quarter')
    .$if(owner !== undefined, (rows) => rows.where('owner', '=', owner as OwnerId))
    .execute()
  await tx
    .updateTable('day_version')
    .set((e) => ({ version: e('version', '+', 1) }))
    .$if(owner !== undefined, (rows) => rows.where('owner', '=', owner as OwnerId))
    .execute()
  const PAGE = 20_000
  for (let after = 0; ;) {
    const rows = await tx.selectFrom('event').selectAll().where('seq', '>', after).orderBy('seq').limit(PAGE).execute()
    const of = owner === undefined ? rows : rows.filter((row) => row.owner === owner)
    await moveRollup(tx, { out: [], into: of }, new Map())
    if (rows.length < PAGE) return
    after = rows.at(-1)?.seq as number
  }
}

function addEvent(
  cells: Map<string, QuarterTable>,
  event: EventTable,
  versions: ReadonlyMap<NameId, string>,
  sign: 1 | -1,
): void {
  const quarter = quarterOf(event.occurred_at)
  const subagent = event.seen_as === 'main' ? 0 : 1
  const prompt_step = promptStep(event)
  const key = cellKey(event, quarter, subagent, prompt_step)
  let cell = cells.get(key)
  if (cell === undefined) {
    const { owner, session, model, variant, machine, project, source, account, client_version } = event
    const at = { owner, quarter, session, model, variant, subagent, prompt_step } as const
    cell = { ...at, machine, project, source, account, client_version, ...NOTHING }
    cells.set(key, cell)
  }
  const isResponse = event.kind === 'response'
  const client_version = versions.get(event.client_version) ?? ''
  cell.responses += isResponse ? sign : 0
  cell.prompts += isResponse ? 0 : sign
  cell.input_tokens += sign * event.input_tokens
  cell.output_tokens += sign * event.output_tokens
  cell.cache_read_tokens += sign * event.cache_read_tokens
  cell.cache_write_5m_tokens += sign * event.cache_write_5m_tokens
  cell.cache_write_1h_tokens += sign * event.cache_write_1h_tokens
  cell.tool_calls += sign * event.tool_calls
  cell.web_searches += sign * event.web_searches
  cell.understated +=
    isResponse && outputIsUnderstated({ client_version, output_tokens: event.output_tokens }) ? sign : 0
}

type OwnKey = Omit<QuarterKey, 'quarter' | 'subagent' | 'prompt_step'>

function cellKey(of: OwnKey, quarter: number, subagent: number, prompt_step: number): string {
  return (
    `${of.owner} ${quarter} ${of.session} ${of.model} ${of.variant} ${subagent} ${prompt_step} ` +
    `${of.machine} ${of.project} ${of.source} ${of.account} ${of.client_version}`
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
  events: readonly EventTable[],
  names: ReadonlyMap<string, NameId>,
): Promise<ReadonlyMap<NameId, string>> {
  const ids = new Set(events.map((event) => event.client_version))
  const versions = new Map<NameId, string>()
  for (const [name, id] of names) if (ids.delete(id)) versions.set(id, name)
  for (const [id, name] of await namesOf(tx, ids)) versions.set(id, name)
  return versions
}

/** How many cells of the rollup are not what the events say; 0 is the law. Both are read whole. */
export async function wrongCells(db: Db, owner: OwnerId): Promise<{ cells: number; wrong: number }> {
  const expected = new Map<string, QuarterTable>()
  const PAGE = 20_000
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('seq', '>', after)
      .where('owner', '=', owner)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    const versions = await versionsOf(db, rows, new Map())
    for (const row of rows) addEvent(expected, row, versions, 1)
    if (rows.length < PAGE) break
    after = rows.at(-1)?.seq as number
  }
  const kept = await db.selectFrom('usage_quarter').selectAll().where('owner', '=', owner).execute()
  let wrong = 0
  for (const cell of kept) {
    const key = cellKey(cell, cell.quarter, cell.subagent, cell.prompt_step)
    const should = expected.get(key)
    if (should === undefined || SUMS.some((sum) => should[sum] !== cell[sum])) wrong++
    expected.delete(key)
  }
  return { cells: kept.length, wrong: wrong + expected.size }
}

async function raiseVersions(tx: Tx, changed: readonly QuarterTable[]): Promise<void> {
  const days = new Map<string, { owner: OwnerId; day: number; version: number }>()
  for (const { owner, quarter } of changed) {
    const day = Math.floor(quarter / QUARTERS_PER_DAY)
    days.set(`${owner} ${day}`, { owner, day, version: 1 })
  }
  await insertRows(tx, 'day_version', [...days.values()], { or: { key: ['owner', 'day'], sums: ['version'] } })
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
