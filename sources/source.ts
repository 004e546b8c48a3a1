import type { FigureSet } from '../core/day-figure.ts'
import type { Findings } from './findings.ts'
import { filesIn, type FolderListing, type RememberedFolders } from './folder-listing.ts'
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
  /** Every folder that was looked into, a folder before those that it holds. */
  readonly listings: readonly FolderListing[]
  readonly figure_files: readonly FigureFile[]
  /** The folders that were there to be looked through. */
  readonly roots: readonly string[]
  /** What could not be looked through, as sentences. */
  readonly problems: readonly string[]
  /** After how many days the agent deletes its transcripts here. */
  readonly cleanup_period_days: number
}

/** A search for an agent's files, as it goes. */
export interface Search {
  readonly figure_files: readonly FigureFile[]
  /** Folders, each looked into when it is asked for: to be gone through once. */
  readonly listings: Iterable<FolderListing>
  /** All that was found. Whatever was not looked into yet is looked into now. */
  found(): Found
}

/** Every transcript that was found. */
export function transcriptsIn({ listings }: Pick<Found, 'listings'>): Transcript[] {
  return listings.flatMap((listing) => filesIn(listing).map((path) => ({ path, source: listing.source })))
}

/** Who reads. */
export interface ReadingContext {
  readonly machine: string
  readonly projects: ProjectResolver
  readonly now: number
}

/** Reads the lines of one transcript after another, and keeps what it finds until it is taken. */
export interface TranscriptReader extends LineReader {
  /** How many events wait to be taken. */
  readonly found: number
  take(): Findings
}

/** Whose plan an agent runs on, as far as it says. */
export interface SignedIn {
  /** A hash that tells two plans apart; empty where nobody is signed in with one. */
  readonly account: string
  /** The file that says so: where there are several, each has its own. */
  readonly place: string
  /** Of which of its transcripts that is: what they carry as their source. */
  readonly source: string
}

/** An agent whose files we read. */
export interface Source {
  readonly name: string
  /** Looks for its files; folders that look as they are remembered are not listed again. */
  search(places: Places, remembered?: RememberedFolders): Search
  /** Who is signed in to it here now; undefined where it knows no accounts. */
  account(places: Places): SignedIn | undefined
  /** A reader of its transcripts; one that joins nothing where `every_sighting` is wanted. */
  reader(context: ReadingContext, wants?: { readonly every_sighting: boolean }): TranscriptReader
  /**
   * Reads a file of day figures. Throws a Problem with a sentence for a file that is not one, or is damaged; what was
   * read from it before stays.
   */
  readFigures(file: FigureFile, machine: string): FigureSet
}

/** Every source. A new agent is a folder beside `claude-code/` and a line here. */
export const sources: readonly Source[] = [claudeCode]
