import { insertRows, listsOfFixedLength, runCompiled } from './bulk.ts'
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

/** The cursors of files, by their paths; those that were never read are not in it. */
export async function cursorsOf(db: Db, paths: readonly string[]): Promise<Map<string, Cursor>> {
  const cursors = new Map<string, Cursor>()
  for (const list of listsOfFixedLength(paths)) {
    const rows = await runCompiled(db, `cursors of ${list.length} paths`, list, () =>
      db.selectFrom('cursor').selectAll().where('path', 'in', list),
    )
    for (const row of rows) cursors.set(row.path, row)
  }
  return cursors
}

/** Moves files' cursors. In one transaction with the events up to them, so that a crash loses or repeats nothing. */
export async function saveCursors(tx: Tx, cursors: readonly Cursor[]): Promise<void> {
  await dropCursors(
    tx,
    cursors.map(({ path }) => path),
  )
  await insertRows(tx, 'cursor', cursors.map(rowOf))
}

/** The columns, in one order, whoever made the cursor. */
function rowOf({ path, source, device, inode, size, changed_at, offset, fingerprint, state }: Cursor): Cursor {
  return { path, source, device, inode, size, changed_at, offset, fingerprint, state }
}

/** Forgets files that are gone. Their events stay. */
export async function dropCursors(tx: Tx, paths: Iterable<string>): Promise<void> {
  for (const list of listsOfFixedLength(paths)) {
    await runCompiled(tx, `drop cursors of ${list.length} paths`, list, () =>
      tx.deleteFrom('cursor').where('path', 'in', list),
    )
  }
}
