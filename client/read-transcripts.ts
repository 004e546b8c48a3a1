import { merge, type UsageEvent } from '../core/usage-event.ts'
import { ProjectResolver } from '../sources/project.ts'
import { newTally, sources, type Tally, type Transcript } from '../sources/source.ts'
import { type FileMark, lineBuffer, readNewLines } from '../sources/tail.ts'
import type { Cursor } from '../store/cursors.ts'
import { fileProblem } from './file-problem.ts'

/** Transcripts to be read, and by whom. It can be handed to another thread as it is. */
export interface ReadingTask {
  readonly machine: string
  readonly home: string
  /** Makes the keys of folders this machine's own. */
  readonly project_secret: string
  readonly now: number
  readonly files: readonly FileToRead[]
}

export interface FileToRead {
  /** Name of the agent whose file it is. */
  readonly agent: string
  readonly transcript: Transcript
  readonly mark: FileMark | undefined
}

/** What belongs into one transaction: events, and the cursors behind them. */
export interface ReadBatch {
  readonly events: readonly UsageEvent[]
  readonly cursors: readonly Cursor[]
  /** What the projects of the events are called, by key. */
  readonly projects: ReadonlyMap<string, string>
  /** Files that could not be read, as sentences. */
  readonly problems: readonly string[]
  /** What was come upon since the batch before. */
  readonly tally: Tally
}

/** Large enough to be quick, small enough to be held. */
const BATCH_EVENTS = 4000
const BATCH_FILES = 500

/** Reads what is new in transcripts, batch by batch. A file that cannot be read holds up no other. */
export function* readTranscripts(task: ReadingTask): Generator<ReadBatch> {
  const buffer = lineBuffer()
  const projects = new ProjectResolver({ home: task.home, secret: task.project_secret })
  let events = new Map<string, UsageEvent>()
  let cursors: Cursor[] = []
  let problems: string[] = []
  let tally = newTally()
  const batch = (): ReadBatch => {
    const full = { events: [...events.values()], cursors, projects: new Map(projects.labels), problems, tally }
    projects.labels.clear()
    events = new Map()
    cursors = []
    problems = []
    tally = newTally()
    return full
  }
  // Most sightings show what the row before them showed: joined here, they are handed on once.
  const found = (sighting: UsageEvent): void => {
    const before = events.get(sighting.id)
    events.set(sighting.id, before === undefined ? sighting : merge(before, sighting))
  }
  for (const { agent, transcript, mark } of task.files) {
    const source = sources.find(({ name }) => name === agent)
    if (source === undefined) throw new Error(`no source ${agent}`)
    const { path } = transcript
    let reached: FileMark | undefined
    try {
      const open = (state: string | undefined) =>
        source.reader({ ...task, projects, source: transcript.source, tally: () => tally, found }, state)
      for (const next of readNewLines(path, mark, buffer, open)) {
        reached = next
        if (events.size < BATCH_EVENTS) continue
        cursors.push({ path, source: agent, ...next })
        reached = undefined
        yield batch()
      }
    } catch (error) {
      const problem = fileProblem(path, error)
      if (problem !== undefined) problems.push(problem)
    }
    if (reached !== undefined) cursors.push({ path, source: agent, ...reached })
    if (cursors.length >= BATCH_FILES) yield batch()
  }
  yield batch()
}
