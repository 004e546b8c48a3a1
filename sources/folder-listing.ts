import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { sep } from 'node:path'

/** What a folder held when it was listed, as far as it matters to a source. */
export interface FolderListing {
  readonly path: string
  /** The name that events from its transcripts carry as their source. */
  readonly source: string
  /** What the folder looked like. Empty where that says too little: it is to be listed again the next time. */
  readonly looked: string
  /** Names of the folders and transcripts in it. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** What is remembered of folders. Those that look as they did then are not listed again. */
export interface RememberedFolders {
  readonly now: number
  listing(path: string): FolderListing | undefined
}

/**
 * A folder that changed so lately may change again without looking otherwise: file systems count time in steps, of two
 * seconds at most.
 */
const SETTLED_MS = 2000

/**
 * What is in a folder; only names that `wants` are kept. Throws the error of the file system where it cannot be looked
 * into. Links are left out: what they point to inside the folder is found anyway, the rest is not ours.
 */
export function listFolder(
  { path, source }: Pick<FolderListing, 'path' | 'source'>,
  remembered: RememberedFolders | undefined,
  wants: { readonly file: (name: string) => boolean; readonly folder: (name: string) => boolean },
): FolderListing {
  const known = remembered?.listing(path)
  const stats = remembered === undefined ? undefined : statSync(path)
  const looked = stats === undefined ? '' : lookOf(stats)
  if (known !== undefined && known.looked === looked && looked !== '' && known.source === source) return known
  const entries = readdirSync(path, { withFileTypes: true }).toSorted(byName)
  const isSettled = stats !== undefined && latest(stats) < (remembered as RememberedFolders).now - SETTLED_MS
  return {
    path,
    source,
    looked: isSettled ? looked : '',
    folders: entries.filter((entry) => entry.isDirectory() && wants.folder(entry.name)).map(({ name }) => name),
    files: entries.filter((entry) => entry.isFile() && wants.file(entry.name)).map(({ name }) => name),
  }
}

/** The paths of what a folder holds. */
export function filesIn({ path, files }: FolderListing): string[] {
  return files.map((name) => entryPath(path, name))
}

/** The path of a folder's entry. The folder's is normal already: `join` would take as long as looking at the file. */
export function entryPath(folder: string, name: string): string {
  return folder + sep + name
}

/** Every file system has an order of its own. */
function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1
}

function lookOf({ ino, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${mtimeMs} ${ctimeMs}`
}

function latest({ mtimeMs, ctimeMs }: Stats): number {
  return Math.max(mtimeMs, ctimeMs)
}
