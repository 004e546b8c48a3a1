import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { Problem } from '../core/problem.ts'
import { insertRows } from './bulk.ts'
import { engineOf } from './engine.ts'
import { addHash } from './event-hash.ts'
import { noteKeys } from './event-index.ts'
import type { Db, Ledger, Tx } from './open.ts'
import { QUARTER_KEY } from './rollup.ts'
import type { EventTable, LedgerSchema, OwnerId } from './schema.ts'

/** Moves a server's ledger from one engine to another, row by row as they are, so that every number and id stays. */

type Table = keyof LedgerSchema & string

/** What is moved, each with the columns of its key, in which order it is gone through. */
export const MOVED: Readonly<Partial<Record<Table, readonly string[]>>> = {
  ledger_state: ['key'],
  name: ['id'],
  machine: ['owner', 'id'],
  shown_as: ['owner', 'machine'],
  event: ['owner', 'seq'],
  usage_quarter: QUARTER_KEY,
  day_version: ['owner', 'day'],
  hour_version: ['owner', 'hour'],
  machine_day: ['owner', 'machine', 'day'],
  data_version: ['owner'],
  project: ['owner', 'project'],
  coverage_span: ['owner', 'machine', 'starts'],
  seen_by: ['owner', 'event', 'machine'],
  seen_day: ['owner', 'machine', 'day'],
  figure_snapshot: ['id'],
  day_figure: ['owner', 'machine', 'origin', 'day', 'model'],
  day_activity: ['owner', 'machine', 'origin', 'day'],
  model_figure: ['owner', 'machine', 'origin', 'model'],
  withdrawn: ['owner', 'origin'],
  limit_sample: ['owner', 'account', 'window', 'machine', 'seen_at'],
  machine_ledger: ['owner', 'machine', 'ledger'],
  api_key: ['id'],
  sign_in: ['id'],
  setup_link: ['hash'],
  audit: ['id'],
  pairing: ['id'],
  invite: ['code_hash'],
  share: ['id'],
  machine_change: ['id'],
}

/** What each engine makes anew, or counts for a minute. */
export const NOT_MOVED: readonly string[] = ['migration', 'event_key', 'event_filter', 'day_usage', 'rate_limit']

const PAGE = 10_000
/** Empty at the start, and a page comes with the place after it: so no row is there yet, and they can be copied. */
const LARGE: ReadonlySet<Table> = new Set(['name', 'event', 'usage_quarter', 'seen_by'])
/** In `ledger_state` of a ledger that is not whole yet: how far it is. */
const UNFINISHED = 'transfer'

/** A row count and a hash over all rows of a table, in whatever order they lie. */
export interface Digest {
  readonly rows: number
  readonly hash: number
}

export interface Transfer {
  readonly tables: Readonly<Record<string, Digest>>
  /** One number for all of it: the same on both sides. */
  readonly digest: string
}

type Row = Readonly<Record<string, string | number>>

/**
 * Moves everything, and compares both sides at the end. One that was cut off goes on where it was. Throws
 * `invalid-request` for a target that holds something else, and `storage` where the two are not the same in the end,
 * as when a server still writes to the source.
 */
export async function transfer(
  from: Ledger,
  to: Ledger,
  onProgress: (table: string, rows: number) => void,
): Promise<Transfer> {
  const before = await startingPoint(to.db)
  const tables = Object.keys(MOVED) as Table[]
  for (const table of tables.slice(before === undefined ? 0 : tables.indexOf(before.table))) {
    await moveTable(from.db, to.db, table, before?.table === table ? before.after : undefined, onProgress)
  }
  const [source, target] = [await digestOf(from.db), await digestOf(to.db)]
  const different = tables.filter((table) => source.tables[table]?.hash !== target.tables[table]?.hash)
  if (different.length > 0) {
    throw new Problem('storage', `The two are not the same: ${different.join(', ')} differ.`, {
      hint: 'Does a server still write to the first? Stop it, empty the second, and try again.',
    })
  }
  await to.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('ledger_state').where('key', '=', UNFINISHED).execute()
    if (engineOf(tx) === 'postgres') await continueNumbers(tx)
  })
  return source
}

/** The digest of a ledger. */
export async function digestOf(db: Db): Promise<Transfer> {
  const tables: Record<string, Digest> = {}
  for (const table of Object.keys(MOVED) as Table[]) {
    let [rows, sum] = [0, 0]
    for await (const page of pagesOf(db, table, undefined)) {
      for (const row of page) sum = addHash(sum, rowHash(row))
      rows += page.length
    }
    tables[table] = { rows, hash: sum }
  }
  return { tables, digest: hash('sha256', JSON.stringify(tables)).slice(0, 16) }
}

interface Place {
  readonly table: Table
  /** The key after which to go on; undefined at the start. */
  readonly after: readonly (string | number)[] | undefined
}

async function startingPoint(db: Db): Promise<Place | undefined> {
  const state = db.selectFrom('ledger_state').select('value').where('key', '=', UNFINISHED)
  const row = await state.executeTakeFirst()
  if (row !== undefined) return JSON.parse(row.value) as Place
  for (const table of ['name', 'event', 'machine', 'api_key'] as const) {
    const some = await db
      .selectFrom(table)
      .select(sql<number>`1`.as('one'))
      .limit(1)
      .execute()
    if (some.length === 0) continue
    throw new Problem('invalid-request', 'The ledger to move to is not empty.', {
      hint: 'Name a new file, or a new database: createdb claudeforge',
    })
  }
  return undefined
}

async function moveTable(
  from: Db,
  to: Db,
  table: Table,
  after: Place['after'],
  onProgress: (table: string, rows: number) => void,
): Promise<void> {
  const key = MOVED[table] as readonly string[]
  let moved = 0
  for await (const page of pagesOf(from, table, after)) {
    const last = page.at(-1) as Row
    const place: Place = { table, after: key.map((column) => last[column] as string | number) }
    await to.transaction().execute(async (tx) => {
      await insertRows(tx, table, page as never, { or: LARGE.has(table) ? 'fail' : 'ignore' })
      if (table === 'event') await noteEvents(tx, page as unknown as EventTable[])
      await setPlace(tx, place)
    })
    onProgress(table, (moved += page.length))
  }
}

async function noteEvents(tx: Tx, rows: readonly EventTable[]): Promise<void> {
  for (const [owner, ofOwner] of Map.groupBy(rows, (row): OwnerId => row.owner)) await noteKeys(tx, owner, ofOwner)
}

async function setPlace(tx: Tx, place: Place): Promise<void> {
  const value = JSON.stringify(place)
  await tx
    .insertInto('ledger_state')
    .values({ key: UNFINISHED, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

async function* pagesOf(db: Db, table: Table, after: Place['after']): AsyncGenerator<Row[]> {
  const key = MOVED[table] as readonly string[]
  const columns = sql.join(key.map((column) => sql.ref(column)))
  for (let place = after; ;) {
    const beyond = place === undefined ? sql`1 = 1` : sql`(${columns}) > (${sql.join(place.map(typed))})`
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} where ${beyond} order by ${columns} limit ${PAGE}
    `.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    place = key.map((column) => last[column] as string | number)
    const kept = table === 'ledger_state' ? rows.filter((row) => row['key'] !== UNFINISHED) : rows
    if (kept.length > 0) yield kept
  }
}

function typed(value: string | number) {
  return typeof value === 'number' ? sql`cast(${value} as bigint)` : sql`${value}`
}

function rowHash(row: Row): number {
  const columns = Object.keys(row).toSorted()
  const text = JSON.stringify(columns.map((column) => row[column]))
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16)
}

/** The numbers that PostgreSQL gives go on after those that were brought. */
async function continueNumbers(tx: Tx): Promise<void> {
  for (const table of ['name', 'figure_snapshot', 'audit', 'machine_change']) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, 'id'), greatest((select max(id) from ${sql.table(table)}), 1))
    `.execute(tx)
  }
}
