import type { DayActivity, DayFigure, FigureSet, ModelFigure } from '../core/day-figure.ts'
import { dayFromNumber, dayNumber } from '../core/day.ts'
import { internNames, nameIn, namesOf } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'
import { type Position, takePlaces } from './sequence.ts'

/** Figures with their places in the ledger, as they are sent on. */
export interface LoggedFigures {
  readonly figures: readonly (DayFigure & { readonly seq: Position })[]
  readonly activity: readonly (DayActivity & { readonly seq: Position })[]
  readonly models: readonly (ModelFigure & { readonly seq: Position })[]
}

const FIGURE_COUNTS = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
] as const
const ACTIVITY_COUNTS = ['message_count', 'session_count', 'tool_call_count'] as const
const MODEL_COUNTS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'] as const

/**
 * Records day figures with their provenance; returns how many were new or larger. A stored figure never falls: a
 * source that was rebuilt, pruned or lost keeps its highest value. The figure with the largest total is kept whole;
 * activity and models keep the largest of each count.
 */
export async function recordFigures(tx: Tx, owner: OwnerId, set: FigureSet, now: number): Promise<number> {
  const { figures, activity, models } = set
  if (figures.length + activity.length + models.length === 0) return 0
  const names = await internNames(tx, [
    set.snapshot.machine,
    ...[...figures, ...activity, ...models].map((row) => row.machine),
    ...[...figures, ...models].map((row) => row.model),
  ])
  const snapshot = await snapshotId(tx, owner, set, names, now)
  const id = (name: string) => names.get(name) as NameId
  let changed = 0
  for (const row of figures) {
    const key = { owner, machine: id(row.machine), origin: row.origin, day: dayNumber(row.date), model: id(row.model) }
    changed += await raise(tx, 'day_figure', key, row, FIGURE_COUNTS, snapshot, 'whole')
  }
  for (const row of activity) {
    const key = { owner, machine: id(row.machine), origin: row.origin, day: dayNumber(row.date) }
    changed += await raise(tx, 'day_activity', key, row, ACTIVITY_COUNTS, snapshot, 'each')
  }
  for (const row of models) {
    const key = { owner, machine: id(row.machine), origin: row.origin, model: id(row.model) }
    changed += await raise(tx, 'model_figure', key, row, MODEL_COUNTS, snapshot, 'each')
  }
  return changed
}

/**
 * Writes a row where it raises the stored one: as a whole when its first count is larger, or each count by itself.
 * Returns 1 when something was written.
 */
async function raise<C extends string>(
  tx: Tx,
  table: 'day_figure' | 'day_activity' | 'model_figure',
  key: Readonly<Record<string, string | number>>,
  row: Readonly<Record<C, number>>,
  counts: readonly C[],
  snapshot: number,
  how: 'whole' | 'each',
): Promise<0 | 1> {
  let query = tx.selectFrom(table).selectAll()
  for (const [column, value] of Object.entries(key)) query = query.where(column as never, '=', value as never)
  const stored = (await query.executeTakeFirst()) as Readonly<Record<C, number>> | undefined
  const next = Object.fromEntries(counts.map((count) => [count, row[count]])) as Record<C, number>
  if (stored !== undefined) {
    const [first] = counts as readonly [C]
    if (how === 'whole' && row[first] <= stored[first]) return 0
    if (how === 'each') for (const count of counts) next[count] = Math.max(row[count], stored[count])
    if (counts.every((count) => next[count] === stored[count])) return 0
  }
  const seq = (await takePlaces(tx, 1)) + 1
  const values = { ...next, snapshot, seq }
  await tx
    .insertInto(table)
    .values({ ...key, ...values } as never)
    .onConflict((conflict) => conflict.columns(Object.keys(key) as never).doUpdateSet(values as never))
    .execute()
  return 1
}

async function snapshotId(
  tx: Tx,
  owner: OwnerId,
  { snapshot }: FigureSet,
  names: ReadonlyMap<string, NameId>,
  now: number,
): Promise<number> {
  const { id } = await tx
    .insertInto('figure_snapshot')
    .values({ ...snapshot, owner, machine: names.get(snapshot.machine) as NameId, seen_at: now } as never)
    .onConflict((conflict) =>
      conflict
        .columns(['owner', 'machine', 'origin', 'version', 'basis', 'last_day', 'first_day'])
        .doUpdateSet({ seen_at: now }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Figures after a position, each kind in the ledger's order. */
export async function figuresAfter(
  db: Db | Tx,
  owner: OwnerId,
  after: Position,
  limit: number,
): Promise<LoggedFigures> {
  const page = <T extends 'day_figure' | 'day_activity' | 'model_figure'>(table: T) =>
    db
      .selectFrom(table as 'day_figure')
      .selectAll()
      .where('owner', '=', owner)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(limit)
      .execute()
  const figures = await page('day_figure')
  const activity = await page('day_activity')
  const models = await page('model_figure')
  const rows = [...figures, ...activity, ...models] as { machine: NameId; model?: NameId }[]
  const names = await namesOf(
    db,
    rows.flatMap((row) => (row.model === undefined ? [row.machine] : [row.machine, row.model])),
  )
  const readable = (row: { machine: NameId; model?: NameId; day?: number }) => {
    const { owner: _owner, snapshot: _snapshot, day, ...rest } = row as Record<string, unknown>
    return {
      ...rest,
      machine: nameIn(names, row.machine),
      ...(row.model === undefined ? {} : { model: nameIn(names, row.model) }),
      ...(typeof day === 'number' ? { date: dayFromNumber(day) } : {}),
    }
  }
  return {
    figures: figures.map(readable),
    activity: activity.map(readable),
    models: models.map(readable),
  } as unknown as LoggedFigures
}

/** The latest provenance of each machine's and origin's figures. */
export async function snapshotsOf(db: Db | Tx, owner: OwnerId): Promise<FigureSet['snapshot'][]> {
  const rows = await db
    .selectFrom('figure_snapshot')
    .innerJoin('name', 'name.id', 'figure_snapshot.machine')
    .select(['name.value as machine', 'origin', 'version', 'basis', 'last_day', 'first_day'])
    .where('owner', '=', owner)
    .orderBy('seen_at')
    .execute()
  return rows as FigureSet['snapshot'][]
}
