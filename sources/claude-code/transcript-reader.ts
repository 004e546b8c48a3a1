import { hash } from 'node:crypto'
import type { ReadingContext } from '../source.ts'
import type { LineReader } from '../tail.ts'
import { type ParsedRow, parseRow, type RowContext } from './parse-row.ts'
import { mayShowUsage } from './prefilter.ts'
import { salvageRows } from './salvage.ts'

/** Responses of which rows may still come: rows of one response stand close together, in rare cases interleaved. */
const OPEN_RESPONSES = 8

const MS_PER_DAY = 86_400_000

/**
 * Reads the lines of one transcript.
 *
 * A response is written as one row for each of its content blocks, so its tool calls are counted over its rows: the
 * reader remembers those of the latest responses, and hands that memory on with the cursor. A file read in pieces
 * thereby gives what it gives in one.
 */
export class TranscriptReader implements LineReader {
  readonly #context: ReadingContext
  readonly #rows: RowContext
  /** Hashed ids of the tool uses of the latest responses, by their hashed identity. */
  #open: Map<string, Set<string>>

  constructor(context: ReadingContext, state: string | undefined) {
    this.#context = context
    this.#open = readState(state)
    this.#rows = {
      machine: context.machine,
      source: context.source,
      home: context.home,
      toolCalls: (identity, ids) => this.#countToolCalls(identity, ids),
    }
  }

  line(bytes: Buffer, starts: number, ends: number): void {
    const { tally } = this.#context
    tally.lines++
    if (!mayShowUsage(bytes, starts, ends)) return
    const text = bytes.toString('utf8', starts, ends)
    const row = parseJson(text)
    if (row !== undefined) return this.#take(parseRow(row, this.#rows))
    const unpadded = text.replaceAll('\0', '')
    if (unpadded.trim() === '') return
    tally.damaged_lines++
    const whole = unpadded.length === text.length ? undefined : parseJson(unpadded)
    for (const salvaged of whole === undefined ? salvageRows(unpadded) : [whole]) {
      tally.salvaged_records++
      this.#take(parseRow(salvaged, this.#rows))
    }
  }

  unfinished(bytes: Buffer, starts: number, ends: number): void {
    if (!mayShowUsage(bytes, starts, ends)) return
    const row = parseJson(bytes.toString('utf8', starts, ends))
    if (row === undefined) return
    // The line will be read again, from its start: what it adds to the memory must not be there twice.
    const before = new Map([...this.#open].map(([identity, ids]) => [identity, new Set(ids)]))
    this.#take(parseRow(row, this.#rows))
    this.#open = before
  }

  oversized(): void {
    this.#context.tally.oversized_lines++
  }

  state(): string {
    return this.#open.size === 0 ? '' : JSON.stringify([...this.#open].map(([identity, ids]) => [identity, ...ids]))
  }

  #take(parsed: ParsedRow): void {
    const { tally, now, found } = this.#context
    if (parsed.is === 'unusable') tally.unusable_rows++
    if (parsed.is === 'unknown') tally.unknown_types.set(parsed.type, (tally.unknown_types.get(parsed.type) ?? 0) + 1)
    if (parsed.is !== 'usage') return
    for (const sighting of parsed.sightings) {
      tally.sightings++
      if (sighting.occurred_at > now + MS_PER_DAY) tally.future_rows++
      found(sighting)
    }
  }

  #countToolCalls(identity: string, ids: readonly string[]): number {
    const key = shortHash(identity)
    const known = this.#open.get(key)
    if (ids.length === 0) return known?.size ?? 0
    const calls = known ?? new Set()
    for (const id of ids) calls.add(shortHash(id))
    // The latest goes to the end; the one that was quiet longest is forgotten first.
    this.#open.delete(key)
    this.#open.set(key, calls)
    if (this.#open.size > OPEN_RESPONSES) {
      const [oldest] = this.#open.keys()
      this.#open.delete(oldest as string)
    }
    return calls.size
  }
}

/** Ids are kept as hashes: nothing that Claude Code wrote stands in the ledger as it was. */
function shortHash(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 11)
}

function readState(state: string | undefined): Map<string, Set<string>> {
  const stored: unknown = state === undefined || state === '' ? [] : parseJson(state)
  if (!Array.isArray(stored)) return new Map()
  return new Map(stored.map(([identity, ...ids]: string[]) => [identity as string, new Set(ids)]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
