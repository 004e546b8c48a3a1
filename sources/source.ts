import type { FigureSet } from '../core/day-figure.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import type { LineReader } from './tail.ts'
import type { ProjectResolver } from './project.ts'
import { claudeCode } from './claude-code/source.ts'

/** Where a source looks for files. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
}

/** A transcript: a file of lines that shows events. */
export interface Transcript {
  readonly path: string
  /** The name that events from it carry as their source. */
  readonly source: string
}

/** A file that tells days rather than events. */
export interface FigureFile {
  readonly path: string
}

/** What a source found on this machine. */
export interface Found {
  readonly transcripts: readonly Transcript[]
  readonly figure_files: readonly FigureFile[]
  /** Folders that were looked through: a known transcript below one of them that was not found is gone. */
  readonly folders: readonly string[]
  /** What could not be looked through, as sentences. */
  readonly problems: readonly string[]
  /** After how many days the agent deletes its transcripts here. */
  readonly cleanup_period_days: number
}

/** What reading came upon, for people: nothing is dropped silently. */
export interface Tally {
  lines: number
  sightings: number
  /** Lines that are no JSON: cut off, spliced or overwritten. */
  damaged_lines: number
  /** Records that were saved out of damaged lines. */
  salvaged_records: number
  oversized_lines: number
  /** Responses whose counts are not whole numbers in range, or which have no time or nothing to know them by. */
  unusable_rows: number
  /** Responses dated more than a day ahead of this machine's clock. They are kept. */
  future_rows: number
  /** Rows with usage, of a type that this version does not know. */
  unknown_types: Map<string, number>
}

/** Who reads, and where findings go. */
export interface ReadingContext {
  readonly machine: string
  readonly source: string
  readonly projects: ProjectResolver
  readonly now: number
  /** The tally that is being kept right now. */
  readonly tally: () => Tally
  readonly found: (sighting: UsageEvent) => void
}

/** An agent whose files we read. */
export interface Source {
  readonly name: string
  find(places: Places): Found
  /** Reads a transcript's lines, going on from a state where there is one. */
  reader(context: ReadingContext, state: string | undefined): LineReader
  /**
   * Reads a file of day figures. Throws a Problem with a sentence for a file that is not one, or is damaged; what was
   * read from it before stays.
   */
  readFigures(file: FigureFile, machine: string): FigureSet
}

/** Every source. A new agent is a folder beside `claude-code/` and a line here. */
export const sources: readonly Source[] = [claudeCode]

export function newTally(): Tally {
  return {
    lines: 0,
    sightings: 0,
    damaged_lines: 0,
    salvaged_records: 0,
    oversized_lines: 0,
    unusable_rows: 0,
    future_rows: 0,
    unknown_types: new Map(),
  }
}

/** Adds what one reading came upon to another. */
export function addTally(sum: Tally, { unknown_types, ...counts }: Tally): void {
  for (const [name, count] of Object.entries(counts)) sum[name as keyof typeof counts] += count
  for (const [type, count] of unknown_types) sum.unknown_types.set(type, (sum.unknown_types.get(type) ?? 0) + count)
}
