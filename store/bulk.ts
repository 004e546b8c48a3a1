import { type CompiledQuery, type Expression, type OnConflictBuilder, sql, type SqlBool } from 'kysely'
import { copyText } from './copy-in.ts'
import { type Engine, engineOf } from './engine.ts'
import type { Tx } from './open.ts'
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

const inserts = new Map<string, CompiledQuery>()

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
  const insert = compiledInserts(tx, table, { columns: Object.keys(first), or })
  for (let i = 0, size = ROWS_PER_INSERT; i < rows.length; i += size) {
    while (size > rows.length - i) size /= 2
    const parameters: unknown[] = []
    // Value by value: asking each row for each column by its name takes ten times as long.
    for (let n = i; n < i + size; n++) for (const value of Object.values(rows[n] as object)) parameters.push(value)
    await tx.executeQuery({ ...insert(size), parameters })
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

/** The statement for so many rows. */
function compiledInserts<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  { columns, or }: { readonly columns: readonly string[]; readonly or: OnConflict<LedgerSchema[T]> },
): (rows: number) => CompiledQuery {
  const engine = engineOf(tx)
  const kind = `${engine} ${table} ${columns.join()} ${typeof or === 'string' ? or : 'add'}`
  return (rows) => {
    const key = `${rows} ${kind}`
    let compiled = inserts.get(key)
    if (compiled === undefined) {
      const values = sql.raw(parameterRows(rows, columns.length, engine))
      const insert = tx
        .insertInto(table)
        .columns(columns as never)
        .expression(values as never)
      if (or === 'fail') compiled = insert.compile()
      else if (or === 'ignore') compiled = insert.onConflict((conflict) => conflict.doNothing()).compile()
      else compiled = insert.onConflict((conflict) => addTo(conflict, table, or)).compile()
      inserts.set(key, compiled)
    }
    return compiled
  }
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
