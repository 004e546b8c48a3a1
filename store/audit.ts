import type { Db, Tx } from './open.ts'
import type { AuditTable, OwnerId } from './schema.ts'

/** Something that someone did to keys, sign-ins or machines. Without secrets. */
export type Deed = Omit<AuditTable, 'id'>
export type AuditEntry = Readonly<AuditTable>

const KEPT_MS = 180 * 86_400_000
const ADDRESS_KEPT_MS = 30 * 86_400_000

/** Writes down a deed, in the transaction that does it; and forgets what is older than 180 days, addresses after 30. */
export async function writeDown(tx: Tx, deed: Deed): Promise<void> {
  await tx
    .deleteFrom('audit')
    .where('at', '<', deed.at - KEPT_MS)
    .execute()
  await tx
    .updateTable('audit')
    .set({ from_address: '' })
    .where('at', '<', deed.at - ADDRESS_KEPT_MS)
    .where('from_address', '!=', '')
    .execute()
  await tx
    .insertInto('audit')
    .values(deed as AuditTable)
    .execute()
}

/** The latest deeds of an owner, before the entry of an id where one is given. */
export async function deeds(
  db: Db | Tx,
  owner: OwnerId,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().where('owner', '=', owner)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
