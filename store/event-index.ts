import { sql } from 'kysely'
import { insertRows, listsOfFixedLength } from './bulk.ts'
import { engineOf } from './engine.ts'
import { eventKey } from './event-key.ts'
import { memoryOf } from './memory.ts'
import type { Db, Tx } from './open.ts'
import { RunFilter, RUNS_PER_FILTER } from './run-filter.ts'
import type { EventTable, OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

/**
 * Finds events by their ids. Ids are random, so an index in their order is written all over: at ten million events each
 * new one costs a page. PostgreSQL keeps one all the same (several servers write at once, and its log holds changes
 * instead of pages). On SQLite the index is in the order of arrival: keys lie in runs of 65,536 places, only the last
 * of which is written, and filters in memory tell which of the full runs are worth a look.
 */

const RUN = 65_536

/** How much of an owner's index is sealed: runs before `sealed` are in the filters. */
interface Filters {
  sealed: number
  readonly filters: RunFilter[]
}

/** The rows of those events that the ledger has. */
export async function findRows(tx: Db | Tx, owner: OwnerId, ids: readonly string[]): Promise<EventTable[]> {
  if (engineOf(tx) === 'postgres') {
    return tx
      .selectFrom('event')
      .selectAll()
      .where('owner', '=', owner)
      .where(sql<boolean>`id = any(${ids})`)
      .execute()
  }
  const wanted = new Set(ids)
  const places: Position[] = []
  for (const [run, keys] of await runsToLookInto(tx, owner, ids)) {
    for (const list of listsOfFixedLength(keys)) {
      const found = await tx
        .selectFrom('event_key')
        .select('seq')
        .where('owner', '=', owner)
        .where('run', '=', run)
        .where('key', 'in', list)
        .execute()
      for (const { seq } of found) places.push(seq)
    }
  }
  return (await rowsAt(tx, owner, places)).filter(({ id }) => wanted.has(id))
}

/** The rows at places. */
export async function rowsAt(tx: Db | Tx, owner: OwnerId, places: readonly Position[]): Promise<EventTable[]> {
  const rows: EventTable[] = []
  for (const list of listsOfFixedLength(places)) {
    const query = tx.selectFrom('event').selectAll().where('owner', '=', owner).where('seq', 'in', list)
    for (const row of await query.execute()) rows.push(row)
  }
  return rows
}

/** Notes events that were put at the end of the ledger. */
export async function noteKeys(tx: Tx, owner: OwnerId, rows: readonly EventTable[]): Promise<void> {
  const last = rows.at(-1)
  if (last === undefined || engineOf(tx) === 'postgres') return
  const keys = rows.map(({ id, seq }) => ({ owner, run: runOf(seq), key: eventKey(id), seq }))
  // In their order, so that neighbours are written together.
  keys.sort((a, b) => a.run - b.run || a.key - b.key)
  await insertRows(tx, 'event_key', keys)
  await sealRuns(tx, owner, runOf(last.seq + 1))
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
  const { sealed, filters } = await currentFilters(tx, owner)
  const runs = new Map<number, number[]>()
  for (let run = sealed; run <= (await lastRun(tx, owner)); run++) runs.set(run, keys)
  for (const [i, filter] of filters.entries()) {
    for (const key of keys) {
      for (let found = filter.runsOf(key), run = i * RUNS_PER_FILTER; found !== 0; found >>= 1, run++) {
        if ((found & 1) === 0) continue
        const ofRun = runs.get(run)
        if (ofRun === undefined) runs.set(run, [key])
        else ofRun.push(key)
      }
    }
  }
  return runs
}

async function lastRun(tx: Db | Tx, owner: OwnerId): Promise<number> {
  const query = tx.selectFrom('event_key').select('run').where('owner', '=', owner)
  const row = await query.orderBy('run', 'desc').limit(1).executeTakeFirst()
  return row?.run ?? -1
}

/** The filters as the ledger has them now. What is in memory is good while it counts as many runs as the ledger. */
async function currentFilters(tx: Db | Tx, owner: OwnerId): Promise<Filters> {
  const memory = memoryOf(tx).filters
  const stored = await tx
    .selectFrom('event_filter')
    .select(['first_run', 'runs'])
    .where('owner', '=', owner)
    .orderBy('first_run')
    .execute()
  const sealed = stored.reduce((sum, { runs }) => sum + runs, 0)
  let known = memory.get(owner)
  if (known === undefined || known.sealed !== sealed) {
    // Full filters never change; the last one does.
    const kept = Math.floor(Math.min(known?.sealed ?? 0, sealed) / RUNS_PER_FILTER)
    known = { sealed, filters: (known?.filters ?? []).slice(0, kept) }
    for (const { first_run } of stored.slice(kept)) known.filters.push(await readFilter(tx, owner, first_run))
    memory.set(owner, known)
  }
  return known
}

async function readFilter(tx: Db | Tx, owner: OwnerId, first_run: number): Promise<RunFilter> {
  const query = tx.selectFrom('event_filter').select('bits').where('owner', '=', owner)
  const { bits } = await query.where('first_run', '=', first_run).executeTakeFirstOrThrow()
  return new RunFilter(bits)
}

/** Puts the keys of full runs into filters: from then on nothing is added to them. */
async function sealRuns(tx: Tx, owner: OwnerId, end: number): Promise<void> {
  const known = await currentFilters(tx, owner)
  for (let run = known.sealed; run < end; run++) {
    const column = run % RUNS_PER_FILTER
    if (column === 0) known.filters.push(new RunFilter())
    const filter = known.filters.at(-1) as RunFilter
    const keys = tx.selectFrom('event_key').select('key').where('owner', '=', owner).where('run', '=', run)
    for (const { key } of await keys.execute()) filter.add(key, column)
    const row = { runs: column + 1, bits: filter.bytes }
    await tx
      .insertInto('event_filter')
      .values({ owner, first_run: run - column, ...row })
      .onConflict((conflict) => conflict.columns(['owner', 'first_run']).doUpdateSet(row))
      .execute()
    known.sealed = run + 1
  }
}
