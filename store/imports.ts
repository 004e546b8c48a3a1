import type { FigureOrigin, FigureSet } from '../core/day-figure.ts'
import { type Day, dayFromNumber } from '../core/day.ts'
import { recordFigures } from './day-figures.ts'
import { findMachines, hostnameIn, machineIdFor } from './machines.ts'
import { machineRow } from './meet-machine.ts'
import { internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'
import { type Position, takePlaces } from './sequence.ts'

/** One import: a file whose days were taken in, under an origin of its own, so that they can be taken out again. */
export interface Import {
  readonly origin: FigureOrigin
  /** The file's name, without its folder. */
  readonly file: string
  readonly imported_at: number
  readonly days: number
  readonly total_tokens: number
}

/** Records the days of an import, and that there was one. */
export async function recordImport(
  tx: Tx,
  owner: OwnerId,
  { sets, ...made }: Import & { readonly sets: readonly FigureSet[] },
): Promise<void> {
  for (const set of sets) {
    const machine = await machineOfFigures(tx, owner, set)
    if (machine !== undefined) await recordFigures(tx, owner, ofMachine(set, machine), made.imported_at)
  }
  await tx.insertInto('import').values(made).execute()
}

/** Imports that were not undone, the latest first. */
export async function imports(db: Db | Tx): Promise<Import[]> {
  return db.selectFrom('import').selectAll().orderBy('imported_at', 'desc').orderBy('origin').execute()
}

/** Undoes an import: the ledger is then as if it had never been. Servers learn of it with the next sync. */
export async function undoImport(tx: Tx, owner: OwnerId, origin: FigureOrigin): Promise<void> {
  const seq = (await takePlaces(tx, 1)) + 1
  await withdrawFigures(tx, owner, origin, seq)
  await tx.deleteFrom('import').where('origin', '=', origin).execute()
}

/**
 * Removes all figures of an origin, for good: a batch that brings them late is passed over. Machines that nothing else
 * has told of go with them.
 */
export async function withdrawFigures(tx: Tx, owner: OwnerId, origin: FigureOrigin, seq: Position): Promise<void> {
  for (const table of FIGURE_TABLES) {
    await tx.deleteFrom(table).where('owner', '=', owner).where('origin', '=', origin).execute()
  }
  await tx.deleteFrom('figure_snapshot').where('owner', '=', owner).where('origin', '=', origin).execute()
  await tx
    .insertInto('withdrawn')
    .values({ owner, origin, seq })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await forgetEmptyMachines(tx, owner)
}

/** Which of these origins were withdrawn. */
export async function withdrawnAmong(
  tx: Tx,
  owner: OwnerId,
  origins: Iterable<FigureOrigin>,
): Promise<Set<FigureOrigin>> {
  const asked = new Set(origins)
  if (asked.size === 0) return asked
  const rows = await tx.selectFrom('withdrawn').select('origin').where('owner', '=', owner).execute()
  return new Set(rows.map(({ origin }) => origin).filter((origin) => asked.has(origin)))
}

/** Origins that were withdrawn after a position. */
export async function withdrawnAfter(
  db: Db | Tx,
  owner: OwnerId,
  after: Position,
): Promise<{ origin: FigureOrigin; seq: Position }[]> {
  return db
    .selectFrom('withdrawn')
    .select(['origin', 'seq'])
    .where('owner', '=', owner)
    .where('seq', '>', after)
    .orderBy('seq')
    .execute()
}

/** Days of which a machine has shown an event: their figures are superseded. */
export async function eventDays(tx: Tx, owner: OwnerId, machine: string): Promise<Set<Day>> {
  const rows = await tx
    .selectFrom('seen_day')
    .innerJoin('name', 'name.id', 'seen_day.machine')
    .select('day')
    .where('owner', '=', owner)
    .where('name.value', '=', machine)
    .execute()
  return new Set(rows.map(({ day }) => dayFromNumber(day)))
}

/** What one source says of a machine's day, all models together. */
export interface OriginDay {
  readonly origin: FigureOrigin
  readonly date: Day
  readonly total_tokens: number
}

/** What each source says of each day of a machine. */
export async function originDays(tx: Tx, owner: OwnerId, machine: string): Promise<OriginDay[]> {
  const rows = await tx
    .selectFrom('day_figure')
    .innerJoin('name', 'name.id', 'day_figure.machine')
    .select(['origin', 'day', (eb) => eb.fn.sum<number>('total_tokens').as('total_tokens')])
    .where('owner', '=', owner)
    .where('name.value', '=', machine)
    .groupBy(['origin', 'day'])
    .execute()
  return rows.map(({ origin, day, total_tokens }) => ({ origin, date: dayFromNumber(day), total_tokens }))
}

const FIGURE_TABLES = ['day_figure', 'day_activity', 'model_figure'] as const

/** Machines that are known by their hostname alone, of which there is nothing left. */
async function forgetEmptyMachines(tx: Tx, owner: OwnerId): Promise<void> {
  const named = await tx
    .selectFrom('machine')
    .select('id')
    .where('owner', '=', owner)
    .where('id', 'like', 'hostname:%')
    .where('protocol', '=', IMPORTED)
    // Not one that another machine is.
    .where('id', 'not in', (e) =>
      e.selectFrom('machine as other').select('other.merged_into').where('other.owner', '=', owner),
    )
    .execute()
  const names = await internNames(
    tx,
    named.map(({ id }) => id),
  )
  for (const { id } of named) {
    const machine = names.get(id) as NameId
    const found = await Promise.all(
      FIGURE_TABLES.map((table) =>
        tx
          .selectFrom(table)
          .select('machine')
          .where('owner', '=', owner)
          .where('machine', '=', machine)
          .limit(1)
          .execute(),
      ),
    )
    if (found.every((rows) => rows.length === 0)) {
      await tx.deleteFrom('machine').where('owner', '=', owner).where('id', '=', id).execute()
    }
  }
}

/** Instead of a protocol: a machine that has never spoken itself. */
const IMPORTED = 0

/**
 * The id of the machine that figures are of: one that they know by its hostname alone is the known one of that name, or
 * else is met. Undefined for one whose data were erased.
 */
export async function machineOfFigures(
  tx: Tx,
  owner: OwnerId,
  { snapshot, figures, activity }: FigureSet,
): Promise<string | undefined> {
  const hostname = hostnameIn(snapshot.machine)
  if (hostname === undefined) return snapshot.machine
  const id = await machineIdFor(tx, owner, hostname)
  const [known] = (await findMachines(tx, owner, id)).filter((machine) => machine.id === id)
  if (known?.erased) return undefined
  if (known !== undefined) return id
  const last = [...figures, ...activity].reduce((latest, { date }) => (date > latest ? date : latest), '1970-01-01')
  const last_heard = Date.parse(`${last}T12:00:00Z`)
  const met = machineRow({ owner, id, hostname, first_seen: last_heard, protocol: IMPORTED })
  await tx.insertInto('machine').values(met).execute()
  return id
}

/** The same figures, as those of a machine. */
export function ofMachine({ snapshot, figures, activity, models }: FigureSet, machine: string): FigureSet {
  return {
    snapshot: { ...snapshot, machine },
    figures: figures.map((row) => ({ ...row, machine })),
    activity: activity.map((row) => ({ ...row, machine })),
    models: models.map((row) => ({ ...row, machine })),
  }
}
