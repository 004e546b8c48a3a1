import type { Db, Tx } from './open.ts'
import type { RunFilters } from './run-filters.ts'
import type { NameId, OwnerId } from './schema.ts'

/** What a process remembers of an open ledger. All of it can be read again; none of it is ever trusted unseen. */
export interface LedgerMemory {
  readonly filters: Map<OwnerId, RunFilters>
  /** As SQLite counts what other processes write. */
  data_version: number
  /** Ids of names, of which none is ever taken back, but by a rollback. */
  readonly names: Map<string, NameId>
}

const memories = new WeakMap<object, LedgerMemory>()

/** The memory of a ledger, the same in and outside its transactions. */
export function memoryOf(db: Pick<Db | Tx, 'getExecutor'>): LedgerMemory {
  // Kysely makes one adapter for a ledger, and hands it on.
  return memoryBehind(db.getExecutor().adapter)
}

/** After a rollback: what was remembered since its transaction began is not so. */
export function forget(adapter: object): void {
  memories.delete(adapter)
}

function memoryBehind(adapter: object): LedgerMemory {
  let memory = memories.get(adapter)
  if (memory === undefined) memories.set(adapter, (memory = { filters: new Map(), data_version: -1, names: new Map() }))
  return memory
}
