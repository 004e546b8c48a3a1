import { sql } from 'kysely'
import { memoryOf } from './memory.ts'
import type { Db, Tx } from './open.ts'
import { RunFilter, RUNS_PER_FILTER } from './run-filter.ts'
import type { OwnerId } from './schema.ts'

/**
 * The filters over an owner's runs, as far as they are in memory (store/event-index.ts says what for). Runs before
 * `sealed` are full and stored; the one after them is open. Its keys are in memory where many were looked for, and for
 * as long as no other process writes.
 */
export class RunFilters {
  readonly owner: OwnerId
  readonly sealed: number
  readonly #filters: RunFilter[]
  /** The open run whose keys are all in memory; -1 for none. */
  #known = -1

  constructor(owner: OwnerId, sealed: number, filters: readonly RunFilter[]) {
    this.owner = owner
    this.sealed = sealed
    this.#filters = [...filters]
  }

  get knowsOpenRun(): boolean {
    return this.#known === this.sealed
  }

  /** For each run that may hold one of these keys, those keys. */
  runsOf(keys: readonly number[]): Map<number, number[]> {
    const runs = new Map<number, number[]>()
    for (const [i, filter] of this.#filters.entries()) {
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

  /** May the ledger have an event with this key? Only to be asked where the open run is known. */
  mayHave(key: number): boolean {
    return this.#filters.some((filter) => filter.runsOf(key) !== 0)
  }

  async readOpenRun(tx: Db | Tx): Promise<void> {
    if (this.knowsOpenRun) return
    this.#put(this.sealed, await keysOf(tx, this.owner, this.sealed))
    this.#known = this.sealed
  }

  /** Notes keys of the open run. */
  add(run: number, keys: readonly number[]): void {
    if (this.#known === run) this.#put(run, keys)
  }

  /** Stores the filters of runs before `end`: from then on nothing is added to them. Returns the filters after it. */
  async seal(tx: Tx, end: number): Promise<RunFilters> {
    if (end <= this.sealed) return this
    for (let run = this.sealed; run < end; run++) {
      if (this.#known !== run) this.#put(run, await keysOf(tx, this.owner, run))
      const runs = (run % RUNS_PER_FILTER) + 1
      const bits = (this.#filters[Math.floor(run / RUNS_PER_FILTER)] as RunFilter).bytes
      await tx
        .insertInto('event_filter')
        .values({ owner: this.owner, first_run: run + 1 - runs, runs, bits })
        .onConflict((conflict) => conflict.columns(['owner', 'first_run']).doUpdateSet({ runs, bits }))
        .execute()
    }
    const after = new RunFilters(this.owner, end, this.#filters)
    // Nothing is in the next run yet.
    after.#known = end
    return after
  }

  #put(run: number, keys: readonly number[]): void {
    const at = Math.floor(run / RUNS_PER_FILTER)
    const filter = (this.#filters[at] ??= new RunFilter())
    for (const key of keys) filter.add(key, run % RUNS_PER_FILTER)
  }
}

/** The filters as the ledger has them now. What is in memory is good while no other process has written. */
export async function filtersOf(tx: Db | Tx, owner: OwnerId): Promise<RunFilters> {
  const memory = memoryOf(tx)
  const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(tx)
  const version = rows[0]?.data_version as number
  if (memory.data_version !== version) {
    memory.data_version = version
    memory.filters.clear()
  }
  let known = memory.filters.get(owner)
  if (known === undefined) memory.filters.set(owner, (known = await readFilters(tx, owner)))
  return known
}

/** Puts filters in the place of those that are remembered. */
export function keepFilters(tx: Tx, filters: RunFilters): void {
  memoryOf(tx).filters.set(filters.owner, filters)
}

async function readFilters(tx: Db | Tx, owner: OwnerId): Promise<RunFilters> {
  const stored = await tx
    .selectFrom('event_filter')
    .select(['runs', 'bits'])
    .where('owner', '=', owner)
    .orderBy('first_run')
    .execute()
  return new RunFilters(
    owner,
    stored.reduce((sum, { runs }) => sum + runs, 0),
    stored.map(({ bits }) => new RunFilter(bits)),
  )
}

/** As one text: sixty thousand rows as objects take ten times as long. */
async function keysOf(tx: Db | Tx, owner: OwnerId, run: number): Promise<number[]> {
  const { rows } = await sql<{ keys: string | null }>`
    select group_concat(key) as keys from event_key where owner = ${owner} and run = ${run}
  `.execute(tx)
  return (rows[0]?.keys ?? '').split(',').filter(Boolean).map(Number)
}
