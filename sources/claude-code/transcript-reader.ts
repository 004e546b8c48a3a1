import type { ReadingContext } from '../source.ts'
import type { LineReader } from '../tail.ts'
import { OpenResponses } from './open-responses.ts'
import { type ParsedRow, parseRow, type RowContext } from './parse-row.ts'
import { mayShowUsage } from './prefilter.ts'
import { salvageRows } from './salvage.ts'
import type { RowScanner } from './scanner/row-scanner.ts'

const MS_PER_DAY = 86_400_000

/**
 * Reads the lines of one transcript. A scanner, where there is one, reads the plain ones quickly; all others are parsed,
 * and every line comes out the same without it.
 */
export class TranscriptReader implements LineReader {
  readonly #context: ReadingContext
  readonly #rows: RowContext
  readonly #open: OpenResponses
  readonly #scanner: RowScanner | undefined

  constructor(context: ReadingContext, state: string | undefined, scanner: RowScanner | undefined) {
    this.#scanner = scanner
    this.#context = context
    this.#open = new OpenResponses(state)
    this.#rows = {
      machine: context.machine,
      source: context.source,
      projectOf: (cwd) => context.projects.keyOf(cwd),
      toolCalls: (eventId, ids) => this.#open.count(eventId, ids),
    }
  }

  line(bytes: Buffer, starts: number, ends: number): void {
    this.#context.tally().lines++
    const scanned = this.#scanner?.scan(bytes, starts, ends)
    if (scanned === undefined) this.#parse(bytes, starts, ends)
    else if (scanned !== 'nothing') this.#take(parseRow(scanned, this.#rows))
  }

  unfinished(bytes: Buffer, starts: number, ends: number): void {
    if (!mayShowUsage(bytes, starts, ends)) return
    const row = parseJson(bytes.toString('utf8', starts, ends))
    if (row === undefined) return
    // The line will be read again, from its start: what it adds to the memory must not be there twice.
    this.#open.forgetting(() => this.#take(parseRow(row, this.#rows)))
  }

  oversized(): void {
    this.#context.tally().oversized_lines++
  }

  state(): string {
    return this.#open.state()
  }

  #parse(bytes: Buffer, starts: number, ends: number): void {
    if (!mayShowUsage(bytes, starts, ends)) return
    const text = bytes.toString('utf8', starts, ends)
    const row = parseJson(text)
    if (row !== undefined) return this.#take(parseRow(row, this.#rows))
    const unpadded = text.replaceAll('\0', '')
    if (unpadded.trim() === '') return
    const tally = this.#context.tally()
    tally.damaged_lines++
    const whole = unpadded.length === text.length ? undefined : parseJson(unpadded)
    for (const salvaged of whole === undefined ? salvageRows(unpadded) : [whole]) {
      tally.salvaged_records++
      this.#take(parseRow(salvaged, this.#rows))
    }
  }

  #take(parsed: ParsedRow): void {
    const { now, found } = this.#context
    const tally = this.#context.tally()
    if (parsed.is === 'unusable') tally.unusable_rows++
    if (parsed.is === 'unknown') tally.unknown_types.set(parsed.type, (tally.unknown_types.get(parsed.type) ?? 0) + 1)
    if (parsed.is !== 'usage') return
    for (const sighting of parsed.sightings) {
      tally.sightings++
      if (sighting.occurred_at > now + MS_PER_DAY) tally.future_rows++
      found(sighting)
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
