import { insertRows, listsOfFixedLength } from './bulk.ts'
import type { Db, Tx } from './open.ts'

/** Folders of transcripts as they were found: those of one project, or the folder of all projects. */
export interface FolderRow {
  readonly path: string
  /** When each of them was last listed, whatever it looked like. */
  readonly listed_at: number
  /** What was found in them, as JSON of whoever looks. */
  readonly listings: string
}

export function allFolders(db: Db): Promise<FolderRow[]> {
  return db.selectFrom('folder').select(['path', 'listed_at', 'listings']).execute()
}

/** Remembers folders as they are now, and forgets others. */
export async function saveFolders(
  tx: Tx,
  { rows, gone }: { readonly rows: readonly FolderRow[]; readonly gone: readonly string[] },
): Promise<void> {
  for (const list of listsOfFixedLength([...rows.map(({ path }) => path), ...gone])) {
    await tx.deleteFrom('folder').where('path', 'in', list).execute()
  }
  await insertRows(tx, 'folder', rows)
}
