import type { UsageEvent } from '../core/usage-event.ts'
import type { PackedEvents } from '../core/packed-events.ts'

/** What was found in transcripts. Sightings of one event may be joined already, or not. */
export interface Findings {
  readonly packed: readonly PackedEvents[]
  readonly parsed: readonly UsageEvent[]
  /** What the projects of the events are called, by key. */
  readonly projects: ReadonlyMap<string, string>
  readonly tally: Tally
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
