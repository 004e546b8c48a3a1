import type { Db, Tx } from './open.ts'

/** A place in a ledger's order: everything at or before it has been seen by whoever holds it. */
export type Position = number

/** The ledger's last position; 0 when nothing was ever recorded. */
export async function lastPosition(db: Db | Tx): Promise<Position> {
  const row = await db.selectFrom('ledger_state').select('value').where('key', '=', 'last_seq').executeTakeFirst()
  return Number(row?.value ?? 0)
}

/** Takes the next `count` places; returns the place before the first of them. Never given twice, also after an erase. */
export async function takePlaces(tx: Tx, count: number): Promise<Position> {
  const last = await lastPosition(tx)
  if (count > 0) await setState(tx, 'last_seq', String(last + count))
  return last
}

/** The random id of this ledger: another file, or a copy on another machine, has another one. */
export function ledgerId(tx: Tx, make: () => string): Promise<string> {
  return madeOnce(tx, 'ledger', make)
}

/** A random secret of this ledger, which never leaves it. */
export function projectSecret(tx: Tx, make: () => string): Promise<string> {
  return madeOnce(tx, 'project_secret', make)
}

async function madeOnce(tx: Tx, key: StateKey, make: () => string): Promise<string> {
  const row = await tx.selectFrom('ledger_state').select('value').where('key', '=', key).executeTakeFirst()
  if (row !== undefined) return row.value
  const value = make()
  await setState(tx, key, value)
  return value
}

type StateKey = 'ledger' | 'last_seq' | 'project_secret'

export async function setState(tx: Tx, key: StateKey, value: string): Promise<void> {
  await tx
    .insertInto('ledger_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
