import { listsOfFixedLength } from './bulk.ts'
import type { Db, Tx } from './open.ts'

/** How far a file has been read, and what tells it apart from another file at its path. */
export interface Cursor {
  readonly path: string
  readonly source: string
  readonly device: string
  readonly inode: string
  /** Bytes and change time when it was last looked at: a file that shows both again has nothing new. */
  readonly size: number
  readonly changed_at: string
  /** End of the last complete line that was recorded. */
  readonly offset: number
  readonly fingerprint: string
  readonly state: string
}

export async function allCursors(db: Db): Promise<Map<string, Cursor>> {
  const rows = await db.selectFrom('cursor').selectAll().execute()
  return new Map(rows.map((row) => [row.path, row]))
}

/** Moves a file's cursor. In one transaction with the events up to it, so that a crash loses or repeats nothing. */
export async function saveCursor(tx: Tx, cursor: Cursor): Promise<void> {
  const { path: _, ...values } = cursor
  await tx
    .insertInto('cursor')
    .values(cursor)
    .onConflict((conflict) => conflict.column('path').doUpdateSet(values))
    .execute()
}

/** Forgets files that are gone. Their events stay. */
export async function dropCursors(tx: Tx, paths: Iterable<string>): Promise<void> {
  for (const list of listsOfFixedLength(paths)) await tx.deleteFrom('cursor').where('path', 'in', list).execute()
}
