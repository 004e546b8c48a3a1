import type { Db, Tx } from './open.ts'
import type { RunFilter } from './run-filter.ts'
import type { NameId, OwnerId } from './schema.ts'

/** What a process remembers of an open ledger. All of it can be read again; none of it is ever trusted unseen. */
export interface LedgerMemory {
  readonly filters: Map<OwnerId, { sealed: number; readonly filters: RunFilter[] }>
  /** Ids of names, of which none is ever taken back; see {@link forgetNames}. */
  readonly names: Map<string, NameId>
}

const memories = new WeakMap<object, LedgerMemory>()

/** The memory of a ledger, the same in and outside its transactions. */
export function memoryOf(db: Pick<Db | Tx, 'getExecutor'>): LedgerMemory {
  // Kysely makes one adapter for a ledger, and hands it on.
  return memoryBehind(db.getExecutor().adapter)
}

/** After a rollback: names that were made in it are not there. */
export function forgetNames(adapter: object): void {
  memoryBehind(adapter).names.clear()
}

function memoryBehind(adapter: object): LedgerMemory {
  let memory = memories.get(adapter)
  if (memory === undefined) memories.set(adapter, (memory = { filters: new Map(), names: new Map() }))
  return memory
}
