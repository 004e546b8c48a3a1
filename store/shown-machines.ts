import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'

/**
 * Is the machine of a row (a name id) shown in reports? All are but those that someone has hidden, and what was merged
 * into one: also a machine that the ledger knows from its events alone, such as the one from which a home was copied.
 */
export function machineIsShown(owner: OwnerId, machine: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${machine} not in (${hidden(owner)})`
}

/** The name ids of machines that someone has hidden. */
export async function hiddenMachines(db: Db | Tx, owner: OwnerId): Promise<NameId[]> {
  const { rows } = await hidden(owner).execute(db)
  return rows.map(({ id }) => id)
}

function hidden(owner: OwnerId): RawBuilder<{ id: NameId }> {
  return sql`
    select n.id from machine m join name n on n.value = m.id
    where m.owner = ${owner} and m.is_active = 0 and m.merged_into = ''
    union select a.machine from shown_as a join name n on n.id = a.shown_as
    join machine m on m.owner = a.owner and m.id = n.value
    where a.owner = ${owner} and m.is_active = 0`
}
