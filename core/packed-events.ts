import type { UsageEvent } from './usage-event.ts'

/**
 * Events as a scanner leaves them: numbers in one piece of memory, and the names that they stand for, each once. A
 * thread hands them on as they are, and objects are made of them where they are recorded.
 */
export interface PackedEvents {
  readonly count: number
  /** {@link BYTES} for each event, laid out as sources/claude-code/scanner/sightings.as.ts says. */
  readonly numbers: Uint8Array<ArrayBuffer>
  /** The ids of the events, 22 characters each. */
  readonly ids: string
  /** Sessions, keys of projects, models, variants and versions, by their numbers. */
  readonly names: readonly string[]
  /** What the events carry as their source, by its number. */
  readonly sources: readonly string[]
}

/** The length of one event's numbers. */
export const BYTES = 96
export const ID_LENGTH = 22

// Places in units of 8 bytes.
const OCCURRED_AT = 2
const INPUT = 3
const OUTPUT = 4
const CACHE_READ = 5
const CACHE_WRITE_5M = 6
const CACHE_WRITE_1H = 7

// Places in units of 4 bytes.
const TOOL_CALLS = 16
const WEB_SEARCHES = 17
const SESSION = 18
const PROJECT = 19
const MODEL = 20
const VARIANT = 21
const VERSION = 22
const FLAGS = 23

const IS_PROMPT = 1
const IS_SIDECHAIN = 2
const SOURCE_SHIFT = 8

/** Packed events one by one, by their places from 0 on. Names and sources are given as their numbers. */
export class PackedReader {
  readonly packed: PackedEvents
  readonly #counts: Float64Array
  readonly #words: Uint32Array

  constructor(packed: PackedEvents) {
    const { count, numbers } = packed
    this.packed = packed
    this.#counts = new Float64Array(numbers.buffer, numbers.byteOffset, (count * BYTES) / 8)
    this.#words = new Uint32Array(numbers.buffer, numbers.byteOffset, (count * BYTES) / 4)
  }

  id(place: number): string {
    return this.packed.ids.slice(place * ID_LENGTH, (place + 1) * ID_LENGTH)
  }

  /** One of the four words of 32 bits that the id's text stands for. */
  idWord(place: number, number: 0 | 1 | 2 | 3): number {
    return this.#word(place, number)
  }

  kind(place: number): UsageEvent['kind'] {
    return this.#word(place, FLAGS) & IS_PROMPT ? 'prompt' : 'response'
  }

  seenAs(place: number): UsageEvent['seen_as'] {
    return this.#word(place, FLAGS) & IS_SIDECHAIN ? 'sidechain' : 'main'
  }

  occurredAt(place: number): number {
    return this.#count(place, OCCURRED_AT)
  }

  source(place: number): number {
    return this.#word(place, FLAGS) >>> SOURCE_SHIFT
  }

  session(place: number): number {
    return this.#word(place, SESSION)
  }

  project(place: number): number {
    return this.#word(place, PROJECT)
  }

  model(place: number): number {
    return this.#word(place, MODEL)
  }

  variant(place: number): number {
    return this.#word(place, VARIANT)
  }

  clientVersion(place: number): number {
    return this.#word(place, VERSION)
  }

  inputTokens(place: number): number {
    return this.#count(place, INPUT)
  }

  outputTokens(place: number): number {
    return this.#count(place, OUTPUT)
  }

  cacheReadTokens(place: number): number {
    return this.#count(place, CACHE_READ)
  }

  cacheWrite5mTokens(place: number): number {
    return this.#count(place, CACHE_WRITE_5M)
  }

  cacheWrite1hTokens(place: number): number {
    return this.#count(place, CACHE_WRITE_1H)
  }

  toolCalls(place: number): number {
    return this.#word(place, TOOL_CALLS)
  }

  webSearches(place: number): number {
    return this.#word(place, WEB_SEARCHES)
  }

  /** The event as everyone else knows it. */
  event(place: number, { machine, account }: { readonly machine: string; readonly account: string }): UsageEvent {
    const name = (number: number) => this.packed.names[number] as string
    return {
      id: this.id(place),
      kind: this.kind(place),
      occurred_at: this.occurredAt(place),
      source: this.packed.sources[this.source(place)] as string,
      account,
      machine,
      session: name(this.session(place)),
      project: name(this.project(place)),
      seen_as: this.seenAs(place),
      client_version: name(this.clientVersion(place)),
      model: name(this.model(place)),
      variant: name(this.variant(place)),
      input_tokens: this.inputTokens(place),
      output_tokens: this.outputTokens(place),
      cache_read_tokens: this.cacheReadTokens(place),
      cache_write_5m_tokens: this.cacheWrite5mTokens(place),
      cache_write_1h_tokens: this.cacheWrite1hTokens(place),
      tool_calls: this.toolCalls(place),
      web_searches: this.webSearches(place),
    }
  }

  #count(place: number, unit: number): number {
    return this.#counts[place * (BYTES / 8) + unit] as number
  }

  #word(place: number, unit: number): number {
    return this.#words[place * (BYTES / 4) + unit] as number
  }
}
