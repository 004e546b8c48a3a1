import { statSync } from 'node:fs'
import { sep } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { newTally, type Source, sources, type Tally, type Transcript } from '../sources/source.ts'
import { type FileLook, type FileMark, lineBuffer, lookOf, looksUnchanged, readNewLines } from '../sources/tail.ts'
import { allCursors, type Cursor, dropCursors, saveCursor } from '../store/cursors.ts'
import { recordFigures } from '../store/day-figures.ts'
import { record } from '../store/ledger.ts'
import { meetMachine } from '../store/machines.ts'
import { writeNote } from '../store/notes.ts'
import type { Ledger, Tx } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
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

/** Sightings and files that go into one transaction: large enough to be quick, small enough to be held. */
const COMMIT_SIGHTINGS = 5000
const COMMIT_FILES = 500

/** How many sentences about unreadable files are kept; the rest is only counted. */
const MAX_PROBLEMS = 20

/**
 * Reads what is new in every source into the ledger. Events and the cursor behind them are committed together, so a
 * crash at any moment loses nothing and repeats nothing. A file that cannot be read holds up no other.
 * `full` reads every file from its start, which changes nothing unless something was missed.
 */
export async function collect(
  ledger: Ledger,
  surroundings: Surroundings,
  { hostname, full = false }: { hostname: string; full?: boolean },
): Promise<Collected> {
  const now = surroundings.now()
  const { machine, copied } = await ledger.db.transaction().execute(async (tx) => {
    const me = await identify(ledger, tx, surroundings)
    await meetMachine(tx, ONLY_OWNER, { id: me.machine, hostname, protocol: 2 }, now)
    return me
  })
  const cursors = await allCursors(ledger.db)
  const run = new Run(ledger, surroundings, machine, full ? new Map() : cursors)
  for (const source of sources) await run.source(source, cursors)
  const collected: Collected = {
    at: now,
    ...run.counts,
    copied,
    tally: { ...run.tally, unknown_types: Object.fromEntries(run.tally.unknown_types) },
    problems: run.problems,
  }
  await ledger.db.transaction().execute((tx) => writeNote(tx, 'collect', collected))
  return collected
}

class Run {
  readonly counts = { files: 0, files_read: 0, added: 0, grown: 0, figures: 0 }
  readonly tally = newTally()
  readonly problems: string[] = []
  readonly #ledger: Ledger
  readonly #surroundings: Surroundings
  readonly #machine: string
  readonly #marks: ReadonlyMap<string, Cursor>
  readonly #buffer = lineBuffer()
  #sightings: UsageEvent[] = []
  #moved: Cursor[] = []

  constructor(ledger: Ledger, surroundings: Surroundings, machine: string, marks: ReadonlyMap<string, Cursor>) {
    this.#ledger = ledger
    this.#surroundings = surroundings
    this.#machine = machine
    this.#marks = marks
  }

  async source(source: Source, cursors: ReadonlyMap<string, Cursor>): Promise<void> {
    const found = source.find(this.#surroundings)
    for (const problem of found.problems) this.#problem(problem)
    for (const transcript of found.transcripts) {
      this.counts.files++
      await this.#unlessUnreadable(transcript.path, () => this.#transcript(source, transcript))
    }
    await this.#commit()
    for (const file of found.figure_files) {
      await this.#unlessUnreadable(file.path, () => this.#figures(source, file.path))
    }
    await this.#forgetGone(found.folders, new Set(found.transcripts.map(({ path }) => path)), cursors)
  }

  async #transcript(source: Source, { path, source: name }: Transcript): Promise<void> {
    const mark = this.#marks.get(path)
    if (mark !== undefined && looksUnchanged(mark, look(path))) return
    this.counts.files_read++
    const context = {
      machine: this.#machine,
      source: name,
      home: this.#surroundings.home,
      now: this.#surroundings.now(),
      tally: this.tally,
      found: (sighting: UsageEvent) => void this.#sightings.push(sighting),
    }
    let reached: FileMark | undefined
    for (const next of readNewLines(path, mark, this.#buffer, (state) => source.reader(context, state))) {
      reached = next
      if (this.#sightings.length < COMMIT_SIGHTINGS) continue
      this.#moved.push({ path, source: source.name, ...next })
      reached = undefined
      await this.#commit()
    }
    if (reached !== undefined) this.#moved.push({ path, source: source.name, ...reached })
    if (this.#moved.length >= COMMIT_FILES) await this.#commit()
  }

  async #figures(source: Source, path: string): Promise<void> {
    const seen = look(path)
    const mark = this.#marks.get(path)
    if (mark !== undefined && looksUnchanged(mark, seen)) return
    const set = source.readFigures({ path }, this.#machine)
    await this.#ledger.db.transaction().execute(async (tx) => {
      this.counts.figures += await recordFigures(tx, ONLY_OWNER, set, this.#surroundings.now())
      await saveCursor(tx, { path, source: source.name, ...seen, offset: seen.size, fingerprint: '', state: '' })
    })
  }

  async #commit(): Promise<void> {
    if (this.#sightings.length === 0 && this.#moved.length === 0) return
    const [sightings, moved] = [this.#sightings, this.#moved]
    this.#sightings = []
    this.#moved = []
    await this.#ledger.db.transaction().execute(async (tx) => {
      const { added, grown } = await record(tx, ONLY_OWNER, sightings)
      for (const cursor of moved) await saveCursor(tx, cursor)
      this.counts.added += added
      this.counts.grown += grown
    })
  }

  /** Forgets the cursors of transcripts that are gone from folders that could be looked through. */
  async #forgetGone(
    folders: readonly string[],
    present: ReadonlySet<string>,
    cursors: ReadonlyMap<string, Cursor>,
  ): Promise<void> {
    const gone = [...cursors.keys()].filter(
      (path) => !present.has(path) && folders.some((folder) => path.startsWith(folder + sep)),
    )
    if (gone.length === 0) return
    await this.#ledger.db.transaction().execute((tx: Tx) => dropCursors(tx, gone))
  }

  async #unlessUnreadable(path: string, read: () => Promise<void>): Promise<void> {
    try {
      await read()
    } catch (error) {
      if (error instanceof Problem) {
        if (error.code !== 'invalid-request') throw error
        this.#problem(`${error.message} ${error.hint ?? ''}`.trim())
        return
      }
      const { code, syscall } = error as NodeJS.ErrnoException
      // Files come and go while they are listed; a file that is gone is no problem.
      if (code === 'ENOENT') return
      if (code === undefined || syscall === undefined) throw error
      this.#problem(`Cannot read ${path} (${code}). Check that it belongs to you; the other files were read.`)
    }
  }

  #problem(sentence: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(sentence)
  }
}

function look(path: string): FileLook {
  return lookOf(statSync(path))
}
