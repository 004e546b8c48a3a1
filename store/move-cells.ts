import { sql } from 'kysely'
import type { Tx } from './open.ts'
import { QUARTER_KEY, QUARTER_SUMS } from './rollup.ts'
import { raiseVersionsOfMachine } from './rollup-versions.ts'
import type { NameId, OwnerId } from './schema.ts'

/** Lets all that counts for a machine count for another one, in the rollup: without its events, so in a moment. */
export async function moveCells(tx: Tx, owner: OwnerId, from: NameId, to: NameId): Promise<void> {
  await raiseVersionsOfMachine(tx, owner, from)
  await moveRows(tx, 'usage_quarter', { key: QUARTER_KEY, sums: QUARTER_SUMS }, { owner, from, to })
  await moveRows(tx, 'machine_day', { key: ['owner', 'machine', 'day'], sums: ['events'] }, { owner, from, to })
}

async function moveRows(
  tx: Tx,
  table: string,
  { key, sums }: { readonly key: readonly string[]; readonly sums: readonly string[] },
  { owner, from, to }: { readonly owner: OwnerId; readonly from: NameId; readonly to: NameId },
): Promise<void> {
  const columns = [...key, ...sums]
  const names = (list: readonly string[]) => sql.join(list.map((name) => sql.ref(name)))
  const values = columns.map((name) => (name === 'machine' ? sql`cast(${to} as integer)` : sql.ref(name)))
  const added = sums.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  )
  await sql`
    insert into ${sql.table(table)} (${names(columns)})
    select ${sql.join(values)} from ${sql.table(table)} where owner = ${owner} and machine = ${from}
    on conflict (${names(key)}) do update set ${sql.join(added)}
  `.execute(tx)
  await sql`delete from ${sql.table(table)} where owner = ${owner} and machine = ${from}`.execute(tx)
}
