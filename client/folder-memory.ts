import { sep } from 'node:path'
import { filesIn, type FolderListing, type RememberedFolders } from '../sources/folder-listing.ts'
import type { FolderRow } from '../store/folders.ts'

/** A folder with what its files looked like, all together, when nothing in them was new. */
export interface FoundFolder {
  readonly listing: FolderListing
  /** Empty where that is not known: then each file is compared with its own cursor. */
  readonly digest: string
}

/** Even a folder that looks as ever is listed so often: not every file system tells of a new entry at once. */
const LISTED_EVERY_MS = 3_600_000

/** How a folder stands in the ledger; its path goes on from that of its row. */
type Entry = [path: string, source: string, looked: string, digest: string, folders: string[], files: string[]]

interface Row {
  readonly path: string
  readonly listed_at: number
  readonly folders: readonly FoundFolder[]
}

/**
 * What the last run has found, so that a run with nothing new looks at each folder and file once, and opens none. It is
 * a short cut only: where it is missing, old or wrong, the cursor of each file says what is new.
 */
export class FolderMemory implements RememberedFolders {
  readonly now: number
  readonly #rows: ReadonlyMap<string, Row>
  readonly #folders = new Map<string, FoundFolder>()

  constructor(rows: readonly FolderRow[], now: number) {
    this.now = now
    this.#rows = new Map(rows.map((row) => [row.path, this.#unpacked(row)]))
    for (const { folders } of this.#rows.values()) {
      for (const folder of folders) this.#folders.set(folder.listing.path, folder)
    }
  }

  listing(path: string): FolderListing | undefined {
    return this.#folders.get(path)?.listing
  }

  /** Do the files of a folder look, all together, as when nothing in them was new? */
  isSettled({ listing, digest }: FoundFolder): boolean {
    const known = this.#folders.get(listing.path)
    return digest !== '' && known?.digest === digest && isSameList(known.listing.files, listing.files)
  }

  /** Files that are not there any more, below folders that were looked through. */
  gone({ roots, folders }: { roots: readonly string[]; folders: readonly FoundFolder[] }): string[] {
    const present = new Map(folders.map(({ listing }) => [listing.path, listing]))
    return [...this.#folders.values()].flatMap(({ listing }) => {
      const now = present.get(listing.path)
      if (now === listing || !roots.some((root) => isInside(listing.path, root))) return []
      const left = new Set(now?.files)
      return filesIn({ ...listing, files: listing.files.filter((name) => !left.has(name)) })
    })
  }

  /** The rows that have to be written so that the next run finds what this one has found. */
  changes({ roots, folders }: { roots: readonly string[]; folders: readonly FoundFolder[] }) {
    const found = Map.groupBy(folders, ({ listing }) => rowPath(listing.path, roots))
    const rows: FolderRow[] = []
    for (const [path, some] of found) {
      const known = this.#rows.get(path)
      if (known !== undefined && this.#isAsKnown(known, some)) continue
      const listed_at = known === undefined || this.#isOld(known) ? this.now : known.listed_at
      rows.push({ path, listed_at, listings: JSON.stringify(some.map((folder) => packed(path, folder))) })
    }
    const gone = [...this.#rows.keys()].filter((path) => !found.has(path) && roots.some((root) => isInside(path, root)))
    return { rows, gone }
  }

  #isAsKnown(known: Row, found: readonly FoundFolder[]): boolean {
    return (
      known.folders.length === found.length &&
      found.every(({ listing, digest }, i) => {
        const before = known.folders[i] as FoundFolder
        return before.listing === listing && before.digest === digest
      })
    )
  }

  #isOld({ listed_at }: Pick<FolderRow, 'listed_at'>): boolean {
    return listed_at > this.now || this.now - listed_at > LISTED_EVERY_MS
  }

  #unpacked({ path, listed_at, listings }: FolderRow): Row {
    const isOld = this.#isOld({ listed_at })
    const folders = (JSON.parse(listings) as Entry[]).map(
      ([rest, source, looked, digest, names, files]): FoundFolder => ({
        listing: { path: path + rest, source, looked: isOld ? '' : looked, folders: names, files },
        digest,
      }),
    )
    return { path, listed_at, folders }
  }
}

function packed(row: string, { listing, digest }: FoundFolder): Entry {
  const { path, source, looked, folders, files } = listing
  return [path.slice(row.length), source, looked, digest, [...folders], [...files]]
}

/** The path of a project's own folder; the root itself has a row of its own. */
function rowPath(path: string, roots: readonly string[]): string {
  const root = roots.find((each) => isInside(path, each)) ?? path
  const ends = path.indexOf(sep, root.length + 1)
  return ends === -1 ? path : path.slice(0, ends)
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root + sep)
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, i) => name === b[i]))
}
