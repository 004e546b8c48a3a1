import { insertRows, isAmong, listsOfFixedLength, parametersOf, runCompiled } from './bulk.ts'
import { engineOf } from './engine.ts'
import { memoryOf } from './memory.ts'
import type { Tx } from './open.ts'
import type { NameId } from './schema.ts'

/** The ids of names, made where they are new. */
export async function internNames(tx: Tx, names: Iterable<string>): Promise<ReadonlyMap<string, NameId>> {
  const remembered = memoryOf(tx).names
  const ids = new Map<string, NameId>()
  const unknown = new Set<string>()
  for (const name of names) {
    const id = remembered.get(name)
    if (id === undefined) unknown.add(name)
    else ids.set(name, id)
  }
  await addIds(tx, unknown, ids)
  const made = [...unknown].filter((name) => !ids.has(name))
  await insertNames(tx, made)
  await addIds(tx, made, ids)
  remember(tx, unknown, ids)
  return ids
}

/** Adds the ids of those names that the ledger has. */
async function addIds(tx: Tx, names: Iterable<string>, ids: Map<string, NameId>): Promise<void> {
  for (const list of listsOfFixedLength(names)) {
    const rows = await runCompiled(tx, `ids of ${list.length} names`, parametersOf(tx, list), () =>
      tx
        .selectFrom('name')
        .select(['id', 'value'])
        .where(isAmong(tx, 'value', list)),
    )
    for (const row of rows) ids.set(row.value, row.id)
  }
}

const MOST_REMEMBERED = 20_000

/** Only where one connection has all transactions: elsewhere a name that another has not committed could be used. */
function remember(tx: Tx, names: Iterable<string>, ids: ReadonlyMap<string, NameId>): void {
  if (engineOf(tx) === 'postgres') return
  const { names: remembered } = memoryOf(tx)
  if (remembered.size > MOST_REMEMBERED) remembered.clear()
  for (const name of names) remembered.set(name, ids.get(name) as NameId)
}

/** Another transaction may be making some of them just now: they are then its. */
async function insertNames(tx: Tx, names: readonly string[]): Promise<void> {
  await insertRows(tx, 'name', names.map((value) => ({ value })) as never, { or: 'ignore' })
}

/** The id of one name, or undefined where the ledger does not know it. */
export async function findName(db: Pick<Tx, 'selectFrom'>, value: string): Promise<NameId | undefined> {
  const row = await db.selectFrom('name').select('id').where('value', '=', value).executeTakeFirst()
  return row?.id
}

/** The names behind ids. */
export async function namesOf(db: Pick<Tx, 'selectFrom'>, ids: Iterable<NameId>): Promise<ReadonlyMap<NameId, string>> {
  const names = new Map<NameId, string>()
  for (const list of listsOfFixedLength(new Set(ids))) {
    const rows = await db.selectFrom('name').select(['id', 'value']).where('id', 'in', list).execute()
    for (const row of rows) names.set(row.id, row.value)
  }
  return names
}

/** A name that must be in a map of names: a row's id always is. */
export function nameIn<K>(names: ReadonlyMap<K, string>, key: K): string {
  const name = names.get(key)
  if (name === undefined) throw new Error(`no name for ${String(key)}`)
  return name
}
