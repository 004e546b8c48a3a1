import { sql } from 'kysely'
import { insertRows, listsOfFixedLength, runCompiled } from './bulk.ts'
import { engineOf } from './engine.ts'
import { eventKey } from './event-key.ts'
import type { Db, Tx } from './open.ts'
import { filtersOf, keepFilters } from './run-filters.ts'
import type { EventTable, OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

/**
 * Finds events by their ids. Ids are random, so an index in their order is written all over: at ten million events each
 * new one costs a page. PostgreSQL keeps one all the same (several servers write at once, and its log holds changes
 * instead of pages). On SQLite the index is in the order of arrival: keys lie in runs of 65,536 places, only the last
 * of which is written, and filters in memory tell which of the full runs are worth a look.
 */

const RUN = 65_536

/** From so many ids on, the keys of the open run are read into memory rather than looked up. */
export const MANY = 256

/** The rows of those events that the ledger has. */
export async function findRows(tx: Db | Tx, owner: OwnerId, ids: readonly string[]): Promise<EventTable[]> {
  if (ids.length === 0) return []
  if (engineOf(tx) === 'postgres') {
    // One by one in the index, whatever PostgreSQL believes of the table: it may have been empty a minute ago.
    const { rows } = await sql<EventTable>`
      select e.* from unnest(${[...new Set(ids)]}::text[]) as wanted(id)
      cross join lateral (select * from event where owner = ${owner} and id = wanted.id limit 1) e
    `.execute(tx)
    return rows
  }
  const wanted = new Set(ids)
  const places: Position[] = []
  for (const [run, keys] of await runsToLookInto(tx, owner, ids)) {
    for (const list of listsOfFixedLength(keys)) {
      const found = await runCompiled(tx, `places of ${list.length} keys`, [owner, run, ...list], () =>
        tx
          .selectFrom('event_key')
          .select('seq')
          .where('owner', '=', owner)
          .where('run', '=', run)
          .where('key', 'in', list),
      )
      for (const { seq } of found) places.push(seq)
    }
  }
  return (await rowsAt(tx, owner, places)).filter(({ id }) => wanted.has(id))
}

/** Did PostgreSQL refuse an event because it has one of its id? */
export function wasKnown(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && constraint === 'event_id'
}

/** The rows at places. */
export async function rowsAt(tx: Db | Tx, owner: OwnerId, places: readonly Position[]): Promise<EventTable[]> {
  const rows: EventTable[] = []
  for (const list of listsOfFixedLength(places)) {
    const found = await runCompiled(tx, `events at ${list.length} places`, [owner, ...list], () =>
      tx.selectFrom('event').selectAll().where('owner', '=', owner).where('seq', 'in', list),
    )
    for (const row of found) rows.push(row)
  }
  return rows
}

/** Notes events that were put at the end of the ledger. */
export async function noteKeys(tx: Tx, owner: OwnerId, rows: Iterable<EventTable>): Promise<void> {
  if (engineOf(tx) === 'postgres') return
  const keys: { owner: OwnerId; run: number; key: number; seq: Position }[] = []
  for (const { id, seq } of rows) keys.push({ owner, run: runOf(seq), key: eventKey(id), seq })
  const last = keys.at(-1)
  if (last === undefined) return
  // In their order, so that neighbours are written together.
  keys.sort((a, b) => a.run - b.run || a.key - b.key)
  await insertRows(tx, 'event_key', keys)
  let filters = await filtersOf(tx, owner)
  for (const [run, ofRun] of Map.groupBy(keys, (row) => row.run)) {
    filters = await filters.seal(tx, run)
    filters.add(
      run,
      ofRun.map(({ key }) => key),
    )
  }
  keepFilters(tx, await filters.seal(tx, runOf(last.seq + 1)))
}

/** Forgets events that are taken out. */
export async function forgetKeys(tx: Tx, owner: OwnerId, rows: readonly EventTable[]): Promise<void> {
  if (rows.length === 0 || engineOf(tx) === 'postgres') return
  for (const [run, ofRun] of Map.groupBy(rows, ({ seq }) => runOf(seq))) {
    for (const list of listsOfFixedLength(ofRun)) {
      await tx
        .deleteFrom('event_key')
        .where('owner', '=', owner)
        .where('run', '=', run)
        .where(
          'key',
          'in',
          list.map(({ id }) => eventKey(id)),
        )
        .where(
          'seq',
          'in',
          list.map(({ seq }) => seq),
        )
        .execute()
    }
  }
}

function runOf(seq: Position): number {
  return Math.floor(seq / RUN)
}

/** For each run that may hold one of these ids, the keys to look for. */
async function runsToLookInto(tx: Db | Tx, owner: OwnerId, ids: readonly string[]): Promise<Map<number, number[]>> {
  const keys = ids.map(eventKey)
  const filters = await filtersOf(tx, owner)
  if (ids.length >= MANY) await filters.readOpenRun(tx)
  const runs = filters.runsOf(keys)
  if (!filters.knowsOpenRun) runs.set(filters.sealed, keys)
  return runs
}
