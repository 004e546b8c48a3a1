import type { Db, Tx } from './open.ts'
import type { EventTable, OwnerId } from './schema.ts'
import type { Position } from './sequence.ts'

const PAGE = 20_000

/** Goes through all events, of one owner or of each, in the ledger's order, some thousands at a time. */
export async function eachPageOfEvents(
  db: Db | Tx,
  take: (owner: OwnerId, rows: EventTable[]) => Promise<void> | void,
  of?: OwnerId,
): Promise<void> {
  const owners = of === undefined ? await ownersOfEvents(db) : [of]
  for (const owner of owners) {
    for (let after: Position = -1; ;) {
      const rows = await db
        .selectFrom('event')
        .selectAll()
        .where('owner', '=', owner)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(PAGE)
        .execute()
      const last = rows.at(-1)
      if (last === undefined) break
      await take(owner, rows)
      after = last.seq
    }
  }
}

async function ownersOfEvents(db: Db | Tx): Promise<OwnerId[]> {
  const rows = await db.selectFrom('event').select('owner').distinct().execute()
  return rows.map(({ owner }) => owner)
}
