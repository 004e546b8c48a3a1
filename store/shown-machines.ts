import { type RawBuilder, sql } from 'kysely'
import type { OwnerId } from './schema.ts'

/**
 * Is the machine of a row (a name id) shown in reports? All are but those that someone has hidden: also a machine that
 * the ledger knows from its events alone, such as the one from which a home was copied.
 */
export function machineIsShown(owner: OwnerId, machine: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${machine} not in (
    select n.id from machine m join name n on n.value = m.id where m.owner = ${owner} and m.is_active = 0)`
}
