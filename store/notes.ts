import type { Db, Tx } from './open.ts'

/** What the last collect and the last sync had to say, for `forge sync --status`; and which server was joined. */
export type NoteKey = 'collect' | 'sync' | 'server'

export async function readNote<T>(db: Db, key: NoteKey): Promise<T | undefined> {
  const row = await db.selectFrom('note').select('value').where('key', '=', key).executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.value) as T)
}

export async function writeNote(tx: Tx, key: NoteKey, note: object): Promise<void> {
  const value = JSON.stringify(note)
  await tx
    .insertInto('note')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
