import type { SelectQueryBuilder } from 'kysely'
import { allMachines, machineName } from './machines.ts'
import { oftenAsked } from './often-asked.ts'
import type { Db, Tx } from './open.ts'
import type { ApiKeyTable, LedgerSchema, OwnerId } from './schema.ts'
import { machineIds } from './shown-as.ts'

/** A key as it is stored: by its hash, never itself. */
export type StoredKey = Readonly<ApiKeyTable>

/** The key of an id, whatever became of it. */
export const findKey = oftenAsked((db, id: string): SelectQueryBuilder<LedgerSchema, 'api_key', StoredKey> =>
  db.selectFrom('api_key').selectAll().where('id', '=', id),
)

/** The key of a hash: for keys that do not name themselves. */
export const findKeyByHash = oftenAsked((db, hash: string): SelectQueryBuilder<LedgerSchema, 'api_key', StoredKey> =>
  db.selectFrom('api_key').selectAll().where('hash', '=', hash),
)

/** The keys of an owner, the latest first, with what their machines are called. */
export async function keysOf(
  db: Db | Tx,
  owner: OwnerId,
): Promise<(StoredKey & { readonly hostname: string | null })[]> {
  const keys = await db
    .selectFrom('api_key')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  const machines = await allMachines(db, owner)
  const is = machineIds(machines)
  const names = new Map(machines.map((row) => [row.id, machineName(row)]))
  return keys.map((key) => ({ ...key, hostname: names.get(is(key.machine)) ?? null }))
}

/** The key that was made last for a machine, whatever became of it. */
export async function newestKeyOf(db: Db | Tx, owner: OwnerId, machine: string): Promise<StoredKey | undefined> {
  return db
    .selectFrom('api_key')
    .selectAll()
    .where('owner', '=', owner)
    .where('machine', '=', machine)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

export async function saveKey(db: Db | Tx, key: StoredKey): Promise<void> {
  await db.insertInto('api_key').values(key).execute()
}

/** Notes that a key was used, and from where. */
export async function noteKeyUse(db: Db | Tx, id: string, { at, from }: { at: number; from: string }): Promise<void> {
  await db.updateTable('api_key').set({ last_used: at, last_used_from: from }).where('id', '=', id).execute()
}

/** Ends a key for good, with the browsers that came by it. One that has ended keeps the time when it did. */
export async function revokeKey(tx: Tx, owner: OwnerId, id: string, at: number): Promise<void> {
  await tx
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('owner', '=', owner)
    .where('id', '=', id)
    .where('revoked_at', '=', 0)
    .execute()
  await tx.deleteFrom('sign_in').where('owner', '=', owner).where('made_by', '=', id).execute()
}

/** Ends the keys of machines that hold; returns their ids. */
export async function revokeKeysOf(
  tx: Tx,
  owner: OwnerId,
  machines: readonly string[],
  at: number,
): Promise<readonly string[]> {
  const keys = await tx
    .selectFrom('api_key')
    .select('id')
    .where('owner', '=', owner)
    .where('machine', 'in', machines)
    .where('revoked_at', '=', 0)
    .where((e) => e.or([e('expires_at', '=', 0), e('expires_at', '>', at)]))
    .orderBy('id')
    .execute()
  const ids = keys.map(({ id }) => id)
  for (const id of ids) await revokeKey(tx, owner, id, at)
  return ids
}

/** Lets keys hold again that were revoked at this time, and at no other. */
export async function restoreKeys(tx: Tx, owner: OwnerId, ids: readonly string[], revoked_at: number): Promise<void> {
  for (const id of ids) {
    await tx
      .updateTable('api_key')
      .set({ revoked_at: 0 })
      .where('owner', '=', owner)
      .where('id', '=', id)
      .where('revoked_at', '=', revoked_at)
      .execute()
  }
}

/** Lets a key hold until a time at the longest. */
export async function endKeyAt(db: Db | Tx, id: string, at: number): Promise<void> {
  await db
    .updateTable('api_key')
    .set({ expires_at: at })
    .where('id', '=', id)
    .where((e) => e.or([e('expires_at', '=', 0), e('expires_at', '>', at)]))
    .execute()
}
