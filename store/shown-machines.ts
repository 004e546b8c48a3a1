import { type RawBuilder, sql } from 'kysely'
import type { Db } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'

/**
 * Is the machine of a row (a name id) shown in reports? All are but those that someone has hidden: also a machine that
 * the ledger knows from its events alone, such as the one from which a home was copied.
 */
export function machineIsShown(owner: OwnerId, machine: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${machine} not in (
    select n.id from machine m join name n on n.value = m.id where m.owner = ${owner} and m.is_active = 0)`
}

/** The name ids of machines that someone has hidden. */
export async function hiddenMachines(db: Db, owner: OwnerId): Promise<NameId[]> {
  const rows = await db
    .selectFrom('machine')
    .innerJoin('name', 'name.value', 'machine.id')
    .select('name.id')
    .where('machine.owner', '=', owner)
    .where('machine.is_active', '=', 0)
    .execute()
  return rows.map(({ id }) => id)
}
