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
export async function ledgerId(tx: Tx, make: () => string): Promise<string> {
  const row = await tx.selectFrom('ledger_state').select('value').where('key', '=', 'ledger').executeTakeFirst()
  if (row !== undefined) return row.value
  const id = make()
  await setState(tx, 'ledger', id)
  return id
}

export async function setState(tx: Tx, key: 'ledger' | 'last_seq', value: string): Promise<void> {
  await tx
    .insertInto('ledger_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
