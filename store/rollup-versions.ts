import { sql } from 'kysely'
import { insertRows } from './bulk.ts'
import { QUARTERS_PER_DAY } from './machine-days.ts'
import type { Tx } from './open.ts'
import type { NameId, OwnerId, QuarterTable } from './schema.ts'

/** Which days and hours of the rollup have changed is told by their versions, raised in the transaction of the change. */

export const QUARTERS_PER_HOUR = 4

/** Those of cells that have changed. */
export async function raiseVersions(tx: Tx, changed: readonly QuarterTable[]): Promise<void> {
  const days = new Map<string, { owner: OwnerId; day: number; version: number }>()
  const hours = new Map<string, { owner: OwnerId; hour: number; version: number }>()
  for (const { owner, quarter } of changed) {
    const hour = Math.floor(quarter / QUARTERS_PER_HOUR)
    const key = `${owner} ${hour}`
    if (hours.has(key)) continue
    hours.set(key, { owner, hour, version: 1 })
    const day = Math.floor(quarter / QUARTERS_PER_DAY)
    days.set(`${owner} ${day}`, { owner, day, version: 1 })
  }
  await insertRows(tx, 'day_version', [...days.values()], { or: { key: ['owner', 'day'], sums: ['version'] } })
  await insertRows(tx, 'hour_version', [...hours.values()], { or: { key: ['owner', 'hour'], sums: ['version'] } })
}

/** All of an owner's. */
export async function raiseAllVersions(tx: Tx, owner: OwnerId): Promise<void> {
  for (const table of ['day_version', 'hour_version']) {
    await sql`update ${sql.table(table)} set version = version + 1 where owner = ${owner}`.execute(tx)
  }
}

/** Those of the days on which a machine was used. */
export async function raiseVersionsOfMachine(tx: Tx, owner: OwnerId, machine: NameId): Promise<void> {
  const days = sql`select day from machine_day where owner = ${owner} and machine = ${machine}`
  await sql`update day_version set version = version + 1 where owner = ${owner} and day in (${days})`.execute(tx)
  // In whole numbers on both engines: no event is of a time before 1970.
  await sql`update hour_version set version = version + 1 where owner = ${owner} and hour / 24 in (${days})`.execute(tx)
}
