import { type CompiledQuery, type OnConflictBuilder, sql } from 'kysely'
import { engineOf } from './engine.ts'
import type { Tx } from './open.ts'
import type { LedgerSchema } from './schema.ts'

/**
 * Statements over many rows. A list's length would otherwise be part of each statement's text, and every length would
 * be compiled and prepared anew; so lists go in fixed sizes.
 */

const ROWS_PER_INSERT = 40
const LIST_LENGTH = 200

/** What becomes of a row whose key is there already. */
type OnConflict<Row> =
  | 'fail'
  | 'ignore'
  | { readonly key: readonly (keyof Row & string)[]; readonly sums: readonly (keyof Row & string)[] }

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
  { or = 'fail' }: { or?: OnConflict<LedgerSchema[T]> } = {},
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first) as (keyof LedgerSchema[T])[]
  const whole = rows.length - (rows.length % ROWS_PER_INSERT)
  for (let i = 0; i < rows.length;) {
    const size = i < whole ? ROWS_PER_INSERT : 1
    const chunk = rows.slice(i, i + size)
    const compiled = compiledInsert(tx, table, chunk, or)
    const parameters = chunk.flatMap((row) => columns.map((column) => row[column]))
    await tx.executeQuery({ ...compiled, parameters })
    i += size
  }
}

function compiledInsert<T extends keyof LedgerSchema & string>(
  tx: Tx,
  table: T,
  rows: readonly LedgerSchema[T][],
  or: OnConflict<LedgerSchema[T]>,
): CompiledQuery {
  const key = `${engineOf(tx)} ${table} ${rows.length} ${typeof or === 'string' ? or : 'add'}`
  let compiled = inserts.get(key)
  if (compiled === undefined) {
    const insert = tx.insertInto(table).values(rows as never)
    if (or === 'fail') compiled = insert.compile()
    else if (or === 'ignore') compiled = insert.onConflict((conflict) => conflict.doNothing()).compile()
    else compiled = insert.onConflict((conflict) => addTo(conflict, table, or)).compile()
    inserts.set(key, compiled)
  }
  return compiled
}

function addTo<T extends keyof LedgerSchema & string>(
  conflict: OnConflictBuilder<LedgerSchema, T>,
  table: T,
  { key, sums }: { readonly key: readonly string[]; readonly sums: readonly string[] },
) {
  const added = sums.map((column) => [column, sql`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`])
  return conflict.columns(key as never).doUpdateSet(Object.fromEntries(added))
}

/** A list in pieces of one fixed length, the last one filled up by repeating its last element. */
export function* listsOfFixedLength<V>(values: Iterable<V>): Generator<V[]> {
  const all = [...values]
  for (let i = 0; i < all.length; i += LIST_LENGTH) {
    const piece = all.slice(i, i + LIST_LENGTH)
    const last = piece.at(-1) as V
    while (piece.length < LIST_LENGTH) piece.push(last)
    yield piece
  }
}
