import type { UsageEvent } from '../core/usage-event.ts'
import { addTally, type Findings, newTally } from '../sources/findings.ts'
import { PackedReader } from '../core/packed-events.ts'
import { ProjectResolver } from '../sources/project.ts'
import { sources, type Transcript, type TranscriptReader } from '../sources/source.ts'
import { type FileMark, readNewLines } from '../sources/tail.ts'
import type { Cursor } from '../store/cursors.ts'
import { fileProblem } from './file-problem.ts'

/** Who reads transcripts. It can be handed to another thread as it is, and so can all of this file. */
export interface ReadingTask {
  readonly machine: string
  readonly home: string
  /** Makes the keys of folders this machine's own. */
  readonly project_secret: string
  readonly now: number
}

export interface FileToRead {
  /** Name of the agent whose file it is. */
  readonly agent: string
  readonly transcript: Transcript
  readonly mark: FileMark | undefined
}

/** What belongs into one transaction: findings, and the cursors behind them. */
export interface ReadBatch extends Findings {
  readonly cursors: readonly Cursor[]
  /** Files that could not be read, as sentences. */
  readonly problems: readonly string[]
  /** The places in the list of those files that were read to their end. */
  readonly done: readonly number[]
}

/** Large enough to be quick, small enough to be held. */
const BATCH_EVENTS = 4000
const BATCH_FILES = 2000

/** Reads what is new in transcripts, batch by batch. A file that cannot be read holds up no other. */
export function* readTranscripts(
  task: ReadingTask,
  files: readonly FileToRead[],
  next: () => number = inOrder(),
): Generator<ReadBatch> {
  const readers = new Readers(task)
  let rest: Pick<Mutable<ReadBatch>, 'cursors' | 'problems' | 'done'> = { cursors: [], problems: [], done: [] }
  const batch = (): ReadBatch => {
    const full = { ...readers.take(), ...rest }
    rest = { cursors: [], problems: [], done: [] }
    return full
  }
  for (let place = next(); place < files.length; place = next()) {
    const { agent, transcript, mark } = files[place] as FileToRead
    const { path } = transcript
    const reader = readers.of(agent)
    let reached: FileMark | undefined
    try {
      for (const now of readNewLines(transcript, mark, reader)) {
        reached = now
        if (reader.found < BATCH_EVENTS) continue
        rest.cursors.push({ path, source: agent, ...now })
        reached = undefined
        yield batch()
      }
    } catch (error) {
      const problem = fileProblem(path, error)
      if (problem !== undefined) rest.problems.push(problem)
    }
    if (reached !== undefined) rest.cursors.push({ path, source: agent, ...reached })
    rest.done.push(place)
    if (rest.cursors.length >= BATCH_FILES) yield batch()
  }
  yield batch()
}

/** The events of a batch. Two of one id may be among them: they are to be joined. */
export function eventsIn({ packed, parsed }: Findings, { machine }: Pick<ReadingTask, 'machine'>): UsageEvent[] {
  const events = packed.flatMap((some) => {
    const reader = new PackedReader(some)
    return Array.from({ length: some.count }, (_, place) => reader.event(place, { machine, account: '' }))
  })
  return parsed.length === 0 ? events : [...events, ...parsed]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

function inOrder(): () => number {
  let place = 0
  return () => place++
}

/** A reader for each agent whose files come along. */
class Readers {
  readonly #task: ReadingTask
  readonly #readers = new Map<string, TranscriptReader>()

  constructor(task: ReadingTask) {
    this.#task = task
  }

  of(agent: string): TranscriptReader {
    let reader = this.#readers.get(agent)
    if (reader === undefined) {
      const source = sources.find(({ name }) => name === agent)
      if (source === undefined) throw new Error(`no source ${agent}`)
      const { machine, home, project_secret: secret, now } = this.#task
      reader = source.reader({ machine, now, projects: new ProjectResolver({ home, secret }) })
      this.#readers.set(agent, reader)
    }
    return reader
  }

  /** What all of them have found since. */
  take(): Findings {
    const found = [...this.#readers.values()].map((reader) => reader.take())
    const tally = newTally()
    for (const some of found) addTally(tally, some.tally)
    return {
      packed: found.flatMap((some) => some.packed),
      parsed: found.flatMap((some) => some.parsed),
      projects: new Map(found.flatMap((some) => [...some.projects])),
      tally,
    }
  }
}
