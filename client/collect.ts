import { type Stats, statSync } from 'node:fs'
import { Problem } from '../core/problem.ts'
import { DEFAULT_CLEANUP_DAYS } from '../sources/claude-code/retention.ts'
import { addTally, newTally, type Tally } from '../sources/findings.ts'
import { filesIn } from '../sources/folder-listing.ts'
import { type Found, type Search, type Source, sources, type Transcript } from '../sources/source.ts'
import { lookOf, looksUnchanged } from '../sources/tail.ts'
import { type AccountSpan, noteAccount } from '../store/account-spans.ts'
import { type Cursor, cursorsOf, dropCursors, saveCursors } from '../store/cursors.ts'
import { recordCoverage } from '../store/coverage.ts'
import { recordFigures } from '../store/day-figures.ts'
import { allFolders, saveFolders } from '../store/folders.ts'
import { setCleanupPeriod } from '../store/machines.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { writeNote } from '../store/notes.ts'
import type { Ledger, Tx } from '../store/open.ts'
import { recordProjects } from '../store/projects.ts'
import { recordScanned } from '../store/record-scanned.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { fileProblem } from './file-problem.ts'
import { FolderMemory, type FoundFolder } from './folder-memory.ts'
import { lookAtFiles } from './look-at-files.ts'
import { readInParallel, type SizedFile } from './read-in-parallel.ts'
import type { ReadBatch } from './read-transcripts.ts'
import type { Surroundings } from './surroundings.ts'
import { identify } from './this-machine.ts'

/** What a collect read and found. */
export interface Collected {
  readonly at: number
  readonly files: number
  /** Files that had something new. */
  readonly files_read: number
  readonly added: number
  readonly grown: number
  /** Day figures that were new or larger. */
  readonly figures: number
  /** This ledger was made elsewhere and has just taken ids of its own. */
  readonly copied: boolean
  readonly tally: Omit<Tally, 'unknown_types'> & { readonly unknown_types: Readonly<Record<string, number>> }
  /** What could not be read, as sentences. */
  readonly problems: readonly string[]
}

const DAY_MS = 86_400_000

/** Cursors are asked for many files at once, but not for all. */
const ASKED_AT_ONCE = 512

interface TranscriptLook {
  readonly transcript: Transcript
  readonly stats: Stats
}

/** What was looked at, and what of it has something new. */
interface Looked {
  readonly folders: FoundFolder[]
  readonly changed: SizedFile[]
}

/** How many sentences about unreadable files are kept; the rest is only counted. */
const MAX_PROBLEMS = 20

export interface CollectOptions {
  readonly hostname: string
  /** Read every file from its start; it changes nothing unless something was missed. */
  readonly full?: boolean
  /** From how many new bytes on a second thread reads along. */
  readonly worth_a_thread?: number
}

/**
 * Reads what is new in every source into the ledger. Events and the cursor behind them are committed together, so a
 * crash at any moment loses nothing and repeats nothing. A file that cannot be read holds up no other.
 */
export async function collect(
  ledger: Ledger,
  surroundings: Surroundings,
  { hostname, full = false, ...options }: CollectOptions,
): Promise<Collected> {
  const now = surroundings.now()
  const { machine, copied, project_secret } = await ledger.db.transaction().execute(async (tx) => {
    const me = await identify(ledger, tx, surroundings)
    await meetMachine(tx, ONLY_OWNER, { id: me.machine, hostname, protocol: 2 }, now)
    return me
  })
  const me = { machine, project_secret }
  const memory = new FolderMemory(full ? [] : await allFolders(ledger.db), now)
  const run = new Run(ledger, surroundings, me, memory, { full, ...options })
  for (const source of sources) await run.source(source)
  const collected: Collected = {
    at: now,
    ...run.counts,
    copied,
    tally: { ...run.tally, unknown_types: Object.fromEntries(run.tally.unknown_types) },
    problems: run.problems,
  }
  await ledger.db.transaction().execute(async (tx) => {
    await run.noteCoverage(tx, now)
    await writeNote(tx, 'collect', collected)
  })
  return collected
}

class Run {
  readonly counts = { files: 0, files_read: 0, added: 0, grown: 0, figures: 0 }
  readonly tally = newTally()
  readonly problems: string[] = []
  readonly #ledger: Ledger
  readonly #surroundings: Surroundings
  readonly #machine: string
  readonly #project_secret: string
  readonly #memory: FolderMemory
  readonly #options: { full: boolean; worth_a_thread?: number }
  /** Files whose cursors were moved. */
  readonly #saved = new Set<string>()
  /** When who was signed in, by what events carry as their source. */
  readonly #accounts = new Map<string, readonly AccountSpan[]>()
  #cleanup_period_days = 0
  /** When the file that was not touched for the longest time was last changed. */
  #oldest = Number.POSITIVE_INFINITY
  #incomplete = false

  constructor(
    ledger: Ledger,
    surroundings: Surroundings,
    { machine, project_secret }: { machine: string; project_secret: string },
    memory: FolderMemory,
    options: { full: boolean; worth_a_thread?: number },
  ) {
    this.#ledger = ledger
    this.#options = options
    this.#surroundings = surroundings
    this.#machine = machine
    this.#project_secret = project_secret
    this.#memory = memory
  }

  /** What was read, in full, before the agents could delete any of it; nothing where something could not be read. */
  async noteCoverage(tx: Tx, ends: number): Promise<void> {
    await setCleanupPeriod(tx, ONLY_OWNER, this.#machine, this.#cleanup_period_days)
    if (this.#incomplete) return
    const starts = coveredSince(ends, this.#cleanup_period_days, this.#oldest)
    await recordCoverage(tx, ONLY_OWNER, this.#machine, [{ starts, ends }])
  }

  async source(source: Source): Promise<void> {
    const before = this.problems.length
    const search = source.search(this.#surroundings, this.#memory)
    const looked: Looked = { folders: [], changed: [] }
    const { home, now } = this.#surroundings
    const task = { machine: this.#machine, home, project_secret: this.#project_secret, now: now() }
    const lists = this.#look(source, search, looked)
    await readInParallel(task, lists, { take: (batches) => this.#take(batches), ...this.#options })
    this.counts.files_read += looked.changed.length
    const found = search.found()
    for (const problem of found.problems) this.#problem(problem)
    this.#cleanup_period_days = found.cleanup_period_days
    if (this.problems.length > before) this.#incomplete = true
    for (const { path } of found.figure_files) await this.#figures(source, path)
    await this.#remember(found, looked)
  }

  /** Asked before anything is read, and only where there is something: the file that says it may be large. */
  async #noteAccount(source: Source): Promise<void> {
    const signedIn = source.account(this.#surroundings)
    if (signedIn === undefined) return
    const { now } = this.#surroundings
    const spans = await this.#ledger.db.transaction().execute((tx) => noteAccount(tx, signedIn, now()))
    this.#accounts.set(signedIn.source, spans)
  }

  /**
   * Looks at every transcript, and gives those that have something new, list after list: those of a folder that looks as
   * ever have nothing, others are asked one by one.
   */
  async *#look(source: Source, { listings }: Search, looked: Looked): AsyncGenerator<readonly SizedFile[]> {
    let unsettled: TranscriptLook[] = []
    const ask = async (): Promise<readonly SizedFile[]> => {
      const some = await this.#changedOf(source, unsettled)
      unsettled = []
      if (looked.changed.length === 0 && some.length > 0) await this.#noteAccount(source)
      looked.changed.push(...some)
      return some
    }
    for (const listing of listings) {
      const { digest, files, oldest } = lookAtFiles(listing, (path, error) => this.#unreadable(path, error))
      this.counts.files += listing.files.length
      this.#oldest = Math.min(this.#oldest, oldest)
      looked.folders.push({ listing, digest })
      if (this.#memory.isSettled({ listing, digest })) continue
      for (const { path, stats } of files) unsettled.push({ transcript: { path, source: listing.source }, stats })
      if (unsettled.length >= ASKED_AT_ONCE) yield await ask()
    }
    yield await ask()
  }

  /** Those that do not look as their cursors say. */
  async #changedOf(source: Source, looked: readonly TranscriptLook[]): Promise<SizedFile[]> {
    const marks = await this.#marksOf(looked.map(({ transcript }) => transcript.path))
    return looked.flatMap(({ transcript, stats }): SizedFile[] => {
      const mark = marks.get(transcript.path)
      if (mark !== undefined && looksUnchanged(mark, lookOf(stats))) return []
      return [{ agent: source.name, transcript, mark, bytes: stats.size - (mark?.offset ?? 0) }]
    })
  }

  /** How far files were read; nothing where every file is to be read from its start. */
  async #marksOf(paths: readonly string[]): Promise<ReadonlyMap<string, Cursor>> {
    return this.#options.full ? new Map() : cursorsOf(this.#ledger.db, paths)
  }

  /** Batches that come at the same time share a transaction: a commit costs as much as a thousand events. */
  async #take(batches: readonly ReadBatch[]): Promise<void> {
    for (const { problems, tally } of batches) {
      for (const problem of problems) this.#problem(problem)
      addTally(this.tally, tally)
    }
    const some = batches.filter(({ packed, parsed, cursors }) => packed.length + parsed.length + cursors.length > 0)
    if (some.length === 0) return
    await this.#ledger.db.transaction().execute(async (tx) => {
      const by = { machine: this.#machine, accounts: this.#accounts }
      for (const { packed, parsed, cursors, projects } of some) {
        const { added, grown } = await recordScanned(tx, ONLY_OWNER, { packed, parsed }, by)
        await recordProjects(tx, ONLY_OWNER, projects)
        await saveCursors(tx, cursors)
        this.counts.added += added
        this.counts.grown += grown
      }
    })
    for (const { cursors } of some) for (const { path } of cursors) this.#saved.add(path)
  }

  async #figures(source: Source, path: string): Promise<void> {
    const mark = (await this.#marksOf([path])).get(path)
    try {
      const seen = lookOf(statSync(path))
      if (mark !== undefined && looksUnchanged(mark, seen)) return
      const set = source.readFigures({ path }, this.#machine)
      await this.#ledger.db.transaction().execute(async (tx) => {
        this.counts.figures += await recordFigures(tx, ONLY_OWNER, set, this.#surroundings.now())
        await saveCursors(tx, [{ path, source: source.name, ...seen, offset: seen.size, fingerprint: '', state: '' }])
      })
    } catch (error) {
      if (error instanceof Problem && error.code === 'invalid-request') {
        this.#problem(`${error.message} ${error.hint ?? ''}`.trim())
      } else this.#unreadable(path, error)
    }
  }

  /** Remembers what was found, and forgets the cursors of transcripts that are gone. */
  async #remember({ roots }: Found, looked: Looked): Promise<void> {
    // A folder with a file that could not be read is looked through again the next time.
    const unread = new Set(
      looked.changed.map(({ transcript }) => transcript.path).filter((path) => !this.#saved.has(path)),
    )
    const folders = unread.size === 0 ? looked.folders : looked.folders.map((folder) => withoutDigest(folder, unread))
    const { rows, gone } = this.#memory.changes({ roots, folders })
    const goneFiles = this.#memory.gone({ roots, folders })
    if (rows.length + gone.length + goneFiles.length === 0) return
    await this.#ledger.db.transaction().execute(async (tx) => {
      await saveFolders(tx, { rows, gone })
      await dropCursors(tx, goneFiles)
    })
  }

  #unreadable(path: string, error: unknown): void {
    const problem = fileProblem(path, error)
    if (problem !== undefined) this.#problem(problem)
  }

  #problem(sentence: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(sentence)
  }
}

/**
 * From when on everything was still there. A longer period than Claude Code's default may have been set only lately, so
 * what lies before the default is covered as far back as the oldest file shows.
 */
function coveredSince(now: number, cleanup_period_days: number, oldest: number): number {
  const kept = now - cleanup_period_days * DAY_MS
  return Math.max(kept, Math.min(now - DEFAULT_CLEANUP_DAYS * DAY_MS, oldest))
}

function withoutDigest(folder: FoundFolder, unread: ReadonlySet<string>): FoundFolder {
  return filesIn(folder.listing).some((path) => unread.has(path)) ? { ...folder, digest: '' } : folder
}
