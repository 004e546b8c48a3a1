import type { UsageEvent } from '../../core/usage-event.ts'
import type { ProjectResolver } from '../project.ts'
import { type Findings, newTally } from '../findings.ts'
import type { ReadingContext, TranscriptReader } from '../source.ts'
import { OpenResponses, type ToolCallMemory } from './open-responses.ts'
import { type ParsedRow, parseRow, type RowContext } from './parse-row.ts'
import { mayShowUsage } from './prefilter.ts'
import { salvageRows } from './salvage.ts'

const MS_PER_DAY = 86_400_000
const NEWLINE = 10
const CHUNK = 1024 * 1024

/** From when on, seen from now, a response is dated in the future. */
export function futureStarts(now: number): number {
  return now + MS_PER_DAY
}

/**
 * Reads the lines of transcripts by parsing every one that may show usage: the plain way, in which every line is read
 * that scanner/scanning-reader.ts does not know for sure, and what that is held to.
 */
export class ParsingReader implements TranscriptReader {
  readonly buffer: Buffer
  readonly #future: number
  readonly #projects: ProjectResolver
  readonly #calls: ToolCallMemory
  readonly #row: RowContext & { source: string }
  #events: UsageEvent[] = []
  #tally = newTally()

  constructor(
    { machine, projects, now }: ReadingContext,
    {
      buffer = Buffer.allocUnsafe(CHUNK),
      calls = new OpenResponses(),
    }: { buffer?: Buffer; calls?: ToolCallMemory } = {},
  ) {
    this.buffer = buffer
    this.#future = futureStarts(now)
    this.#projects = projects
    this.#calls = calls
    this.#row = {
      machine,
      source: '',
      projectOf: (cwd) => projects.keyOf(cwd),
      toolCalls: (eventId, ids) => calls.count(eventId, ids),
    }
  }

  start(source: string, state: string | undefined): void {
    this.#row.source = source
    this.#calls.restore(state)
  }

  lines(length: number): number {
    const bytes = this.buffer.subarray(0, length)
    let starts = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, starts)) {
      if (end > starts) this.longLine(bytes.subarray(starts, end))
      starts = end + 1
    }
    return starts
  }

  longLine(bytes: Buffer): void {
    this.#tally.lines++
    this.parse(bytes)
  }

  /** Reads a line that has been counted. */
  parse(bytes: Buffer): void {
    if (!mayShowUsage(bytes)) return
    const text = bytes.toString('utf8')
    const row = parseJson(text)
    if (row !== undefined) return this.#take(parseRow(row, this.#row))
    const unpadded = text.replaceAll('\0', '')
    if (unpadded.trim() === '') return
    this.#tally.damaged_lines++
    const whole = unpadded.length === text.length ? undefined : parseJson(unpadded)
    for (const salvaged of whole === undefined ? salvageRows(unpadded) : [whole]) {
      this.#tally.salvaged_records++
      this.#take(parseRow(salvaged, this.#row))
    }
  }

  unfinished(bytes: Buffer): void {
    if (!mayShowUsage(bytes)) return
    const row = parseJson(bytes.toString('utf8'))
    if (row === undefined) return
    // The line will be read again, from its start: what it adds to the memory must not be there twice.
    const before = this.#calls.state()
    this.#take(parseRow(row, this.#row))
    this.#calls.restore(before)
  }

  oversized(): void {
    this.#tally.oversized_lines++
  }

  state(): string {
    return this.#calls.state()
  }

  get found(): number {
    return this.#events.length
  }

  take(): Findings {
    const found = { packed: [], parsed: this.#events, tally: this.#tally, projects: new Map(this.#projects.labels) }
    this.#projects.labels.clear()
    this.#events = []
    this.#tally = newTally()
    return found
  }

  #take(parsed: ParsedRow): void {
    const tally = this.#tally
    if (parsed.is === 'unusable') tally.unusable_rows++
    if (parsed.is === 'unknown') tally.unknown_types.set(parsed.type, (tally.unknown_types.get(parsed.type) ?? 0) + 1)
    if (parsed.is !== 'usage') return
    for (const sighting of parsed.sightings) {
      tally.sightings++
      if (sighting.occurred_at > this.#future) tally.future_rows++
      this.#events.push(sighting)
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
