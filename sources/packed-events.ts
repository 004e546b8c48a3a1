import type { UsageEvent } from '../core/usage-event.ts'

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

/** The events as everyone else knows them. Two of one id may be among them: they are to be joined. */
export function unpackEvents({ count, numbers, ids, names, sources }: PackedEvents, machine: string): UsageEvent[] {
  const counts = new Float64Array(numbers.buffer, numbers.byteOffset, (count * BYTES) / 8)
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, (count * BYTES) / 4)
  const name = (word: number) => names[words[word] as number] as string
  const events = Array<UsageEvent>(count)
  for (let i = 0; i < count; i++) {
    const [at, word] = [i * (BYTES / 8), i * (BYTES / 4)]
    const flags = words[word + FLAGS] as number
    events[i] = {
      id: ids.slice(i * ID_LENGTH, (i + 1) * ID_LENGTH),
      kind: flags & IS_PROMPT ? 'prompt' : 'response',
      occurred_at: counts[at + OCCURRED_AT] as number,
      source: sources[flags >>> SOURCE_SHIFT] as string,
      account: '',
      machine,
      session: name(word + SESSION),
      project: name(word + PROJECT),
      seen_as: flags & IS_SIDECHAIN ? 'sidechain' : 'main',
      client_version: name(word + VERSION),
      model: name(word + MODEL),
      variant: name(word + VARIANT),
      input_tokens: counts[at + INPUT] as number,
      output_tokens: counts[at + OUTPUT] as number,
      cache_read_tokens: counts[at + CACHE_READ] as number,
      cache_write_5m_tokens: counts[at + CACHE_WRITE_5M] as number,
      cache_write_1h_tokens: counts[at + CACHE_WRITE_1H] as number,
      tool_calls: words[word + TOOL_CALLS] as number,
      web_searches: words[word + WEB_SEARCHES] as number,
    }
  }
  return events
}
