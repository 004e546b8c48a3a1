import type { FigureOrigin } from '../core/day-figure.ts'
import { withdrawnAfter } from './imports.ts'
import type { Logged } from './event-rows.ts'
import { countAfter, eventsAfter } from './events.ts'
import { figuresAfter, type LoggedFigures } from './day-figures.ts'
import { limitsAfter, type LoggedLimit } from './limits.ts'
import type { Db, Tx } from './open.ts'
import { ONLY_OWNER, type OwnerId } from './schema.ts'
import { lastPosition, type Position } from './sequence.ts'

/** What a server has not acknowledged, up to a number of rows. The ledger itself is the queue. */
export interface Waiting {
  readonly after: Position
  readonly up_to: Position
  readonly events: readonly Logged[]
  readonly figures: LoggedFigures
  readonly limits: readonly LoggedLimit[]
  /** Imports that were undone. */
  readonly withdrawn: readonly FigureOrigin[]
}

/** How far a server has acknowledged this ledger; 0 for one that has never answered. */
export async function acknowledgedPosition(db: Db | Tx, server: string): Promise<Position> {
  const row = await db.selectFrom('acknowledged').select('position').where('server', '=', server).executeTakeFirst()
  return row?.position ?? 0
}

export async function acknowledge(tx: Tx, server: string, position: Position, at: number): Promise<void> {
  await tx
    .insertInto('acknowledged')
    .values({ server, position, at })
    .onConflict((conflict) => conflict.column('server').doUpdateSet({ position, at }))
    .execute()
}

/** The next `limit` rows after a position: events and figures, in the ledger's order. */
export async function waitingAfter(tx: Db | Tx, owner: OwnerId, after: Position, limit: number): Promise<Waiting> {
  const last = await lastPosition(tx)
  const events = await eventsAfter(tx, owner, after, limit)
  const figures = await figuresAfter(tx, owner, after, limit)
  const limits = await limitsAfter(tx, owner, after, limit)
  const withdrawn = await withdrawnAfter(tx, owner, after)
  const places = [...events, ...figures.figures, ...figures.activity, ...figures.models, ...limits]
    .map((row) => row.seq)
    .toSorted((a, b) => a - b)
  // A full page may have more behind it.
  const up_to = places.length >= limit ? (places[limit - 1] as Position) : last
  const inReach = <R extends { readonly seq: Position }>(rows: readonly R[]) => rows.filter((row) => row.seq <= up_to)
  return {
    after,
    up_to,
    events: inReach(events),
    figures: {
      figures: inReach(figures.figures),
      activity: inReach(figures.activity),
      models: inReach(figures.models),
    },
    limits: inReach(limits),
    withdrawn: inReach(withdrawn).map(({ origin }) => origin),
  }
}

/** How many events a server has not acknowledged. */
export async function waitingCount(db: Db, server: string): Promise<number> {
  return countAfter(db, ONLY_OWNER, await acknowledgedPosition(db, server))
}

/** Notes an event that a server refused, so that it is shown and not sent for ever. */
export async function quarantine(
  tx: Tx,
  refused: { server: string; event: string; code: string; at: number },
): Promise<void> {
  await tx
    .insertInto('quarantine')
    .values(refused)
    .onConflict((conflict) => conflict.columns(['server', 'event']).doUpdateSet({ code: refused.code }))
    .execute()
}

export async function quarantined(db: Db, server: string): Promise<{ event: string; code: string }[]> {
  return db.selectFrom('quarantine').select(['event', 'code']).where('server', '=', server).execute()
}

/** Forgets what a server has refused: before everything is sent again. */
export async function clearQuarantine(tx: Tx, server: string): Promise<void> {
  await tx.deleteFrom('quarantine').where('server', '=', server).execute()
}
