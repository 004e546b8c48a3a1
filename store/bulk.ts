import { type CompiledQuery, type Expression, type OnConflictBuilder, sql, type SqlBool } from 'kysely'
import { copyText } from './copy-in.ts'
import { type Engine, engineOf } from './engine.ts'
import type { Db, Tx } from './open.ts'
import type { LedgerSchema } from './schema.ts'

/**
 * Statements over many rows. A list's length would otherwise be part of each statement's text, and every length would
 * be compiled and prepared anew; so lists go in fixed sizes.
 */

/** At most: halved until no more than are left, so that few statements are of few rows. */
const ROWS_PER_INSERT = 256
/** From the largest on: as many values as are left, and the last one repeated. */
const LIST_LENGTHS = [512, 64, 8]

/** What becomes of a row whose key is there already. */
type OnConflict<Row> =
  | 'fail'
  | 'ignore'
  | { readonly key: readonly (keyof Row & string)[]; readonly sums: readonly (keyof Row & string)[] }

interface InsertOptions<Row> {
  readonly or?: OnConflict<Row>
  /** Called where all rows are on their way to a database that now works by itself. */
  readonly sent?: (() => void) | undefined
}

const compiled = new Map<string, CompiledQuery>()

/**
 * Runs a statement whose text depends on nothing but `kind`, and which is therefore built once: the builder takes longer
 * over a list than SQLite takes to look it up. `parameters` are its values, in the order of its text.
 */
export async function runCompiled<R>(
  db: Db | Tx,
  kind: string,
  parameters: readonly unknown[],
  build: () => { compile(): CompiledQuery; execute(): Promise<R[]> },
): Promise<R[]> {
  const key = `${engineOf(db)} ${kind}`
  let query = compiled.get(key)
  if (query === undefined) compiled.set(key, (query = build().compile()))
  const { rows } = await db.executeQuery<R>({ ...query, parameters })
  return rows
}

/**
 * Inserts rows that all have the same columns, in the same order. Where a row's key is there, `or` says what happens:
 * the statement fails, the row is ignored, or its other columns are added to those of the row that is there.
 * The text is compiled once per table and size; a row then costs its parameters only.
 */
export async function insertRows<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  rows: readonly LedgerSchema[T][],
  { or = 'fail', sent }: InsertOptions<LedgerSchema[T]> = {},
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  if (engineOf(tx) === 'postgres' && rows.length >= WORTH_ARRAYS) {
    return or === 'fail' ? copyRows(tx, table, rows, sent) : insertArrays(tx, table, rows, or)
  }
  await insertEach(tx, table, { rows, count: rows.length, or })
}

/** The same of rows that come one by one, `count` in all: each is good until the next one is asked for. */
export async function insertEach<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  {
    rows,
    count,
    or = 'fail',
  }: { readonly rows: Iterable<LedgerSchema[T]>; readonly count: number; readonly or?: OnConflict<LedgerSchema[T]> },
): Promise<void> {
  let [size, left, taken] = [ROWS_PER_INSERT, count, 0]
  let parameters: unknown[] = []
  for (const row of rows) {
    while (size > left) size /= 2
    // Value by value: asking each row for each column by its name takes ten times as long.
    for (const value of Object.values(row)) parameters.push(value)
    if (++taken < size) continue
    await runInsert(tx, table, { columns: Object.keys(row), rows: size, parameters, or })
    left -= size
    taken = 0
    parameters = []
  }
}

/** Rows that cannot be there yet. */
async function copyRows<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  rows: readonly LedgerSchema[T][],
  sent: (() => void) | undefined,
): Promise<void> {
  const columns = sql.join(Object.keys(rows[0] as object).map((column) => sql.ref(column)))
  const { sql: text, queryId, query } = sql`copy ${sql.table(table)} (${columns}) from stdin`.compile(tx)
  await tx.executeQuery({ sql: text, queryId, query, parameters: [copyText(rows, sent)] })
}

/** From so many rows on, one parameter for each column is faster than one for each value. */
const WORTH_ARRAYS = 16

/** All rows as an array for each column: a third of the time of so many parameters, on both sides. */
async function insertArrays<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  rows: readonly LedgerSchema[T][],
  or: OnConflict<LedgerSchema[T]>,
): Promise<void> {
  const first = rows[0] as Record<string, unknown>
  const columns = Object.keys(first)
  const values = rows.map((row): unknown[] => Object.values(row as object))
  const arrays = columns.map((column, place) => {
    const ofColumn = values.map((row) => row[place])
    const type = sql.raw(typeof first[column] === 'number' ? 'bigint[]' : 'text[]')
    return sql`${typeof first[column] === 'number' ? `{${ofColumn.join()}}` : ofColumn}::${type}`
  })
  const insert = tx
    .insertInto(table)
    .columns(columns as never)
    .expression(sql`select * from unnest(${sql.join(arrays)})` as never)
  if (or === 'fail') await insert.execute()
  else if (or === 'ignore') await insert.onConflict((conflict) => conflict.doNothing()).execute()
  else await insert.onConflict((conflict) => addTo(conflict, table, or)).execute()
}

interface Insert<T extends keyof LedgerSchema & string> {
  readonly columns: readonly string[]
  readonly rows: number
  readonly parameters: readonly unknown[]
  readonly or: OnConflict<LedgerSchema[T]>
}

async function runInsert<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  { columns, rows, parameters, or }: Insert<T>,
): Promise<void> {
  const kind = `insert ${rows} ${table} ${columns.join()} ${typeof or === 'string' ? or : 'add'}`
  await runCompiled<unknown>(tx, kind, parameters, () => {
    const values = sql.raw(parameterRows(rows, columns.length, engineOf(tx)))
    const insert = tx
      .insertInto(table)
      .columns(columns as never)
      .expression(values as never)
    if (or === 'fail') return insert
    if (or === 'ignore') return insert.onConflict((conflict) => conflict.doNothing())
    return insert.onConflict((conflict) => addTo(conflict, table, or))
  })
}

/** A parameter for each value: as text, since the builder takes long over thousands of them. */
function parameterRows(rows: number, columns: number, engine: Engine): string {
  const parameter = engine === 'sqlite' ? () => '?' : (n: number) => `$${n + 1}`
  const lists = Array.from({ length: rows }, (_, row) => {
    return `(${Array.from({ length: columns }, (_, column) => parameter(row * columns + column)).join()})`
  })
  return `values ${lists.join()}`
}

function addTo<T extends keyof LedgerSchema & string>(
  conflict: OnConflictBuilder<LedgerSchema, T>,
  table: T,
  { key, sums }: { readonly key: readonly string[]; readonly sums: readonly string[] },
) {
  const added = sums.map((column) => [column, sql`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`])
  return conflict.columns(key as never).doUpdateSet(Object.fromEntries(added))
}

/** Whether a text is in a list: as one parameter where PostgreSQL would plan anew for each. */
export function isAmong(db: Pick<Tx, 'getExecutor'>, column: string, list: readonly string[]): Expression<SqlBool> {
  const ref = sql.ref(column)
  return engineOf(db) === 'postgres' ? sql`${ref} = any(${list})` : sql`${ref} in (${sql.join(list)})`
}

/** The parameters of {@link isAmong}. */
export function parametersOf(db: Pick<Tx, 'getExecutor'>, list: readonly string[]): readonly unknown[] {
  return engineOf(db) === 'postgres' ? [list] : list
}

/** A list in pieces of few lengths, the last one filled up by repeating its last element. */
export function* listsOfFixedLength<V>(values: Iterable<V>): Generator<V[]> {
  const all = [...values]
  for (let i = 0; i < all.length;) {
    const left = all.length - i
    const length = LIST_LENGTHS.findLast((each) => each >= left) ?? (LIST_LENGTHS[0] as number)
    const piece = all.slice(i, i + length)
    const last = piece.at(-1) as V
    while (piece.length < length) piece.push(last)
    yield piece
    i += length
  }
}
