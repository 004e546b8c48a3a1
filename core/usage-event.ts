import { totalTokens, type TokenCounts } from './tokens.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/**
 * How a transcript showed the event: in the row of a main conversation, in a subagent's or a replayed side
 * conversation's, or inside a progress row of the parent.
 */
export type SeenAs = 'main' | 'sidechain' | 'progress'

/**
 * One billed answer of a model (kind `response`), or one prompt of a person (kind `prompt`, all counts zero).
 *
 * Parsed from one transcript line it is a *sighting*; {@link merge} joins the sightings of one event. Rows travel in
 * this shape from the transcript to the report: the names are the columns of the ledger and the fields of the protocol.
 * An event has neither price nor day: both belong to whoever looks.
 */
export interface UsageEvent extends TokenCounts {
  /** 128 bits, base64url (22 characters), made from the response's own id. */
  readonly id: string
  readonly kind: 'response' | 'prompt'
  /** Of the earliest sighting. */
  readonly occurred_at: Instant
  /** The agent whose files showed it: `claude-code`, `claude-cowork`. */
  readonly source: string
  /** Whose plan it ran on, hashed; empty where unknown. */
  readonly account: string
  readonly machine: string
  readonly session: string
  readonly project: string
  /** As written by the agent; canonical names are derived when pricing. */
  readonly model: string
  /** What else the price depends on (`fast`, `geo:us`, `tier:batch`), sorted, space-separated; empty for standard. */
  readonly variant: string
  readonly seen_as: SeenAs
  /** Claude Code's version: some versions wrote wrong counts. Empty where unknown. */
  readonly client_version: string
  readonly tool_calls: number
  readonly web_searches: number
}

/** Taken whole from the highest-ranked sighting, never field by field. */
const COUNT_FIELDS = [
  'seen_as',
  'model',
  'variant',
  'client_version',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'tool_calls',
  'web_searches',
] as const satisfies readonly (keyof UsageEvent)[]

/** Taken whole from the earliest sighting. */
const CONTEXT_FIELDS = [
  'occurred_at',
  'machine',
  'session',
  'project',
  'source',
  'account',
] as const satisfies readonly (keyof UsageEvent)[]

/** Every field of an event, in the order in which ledgers and batches list them. */
export const EVENT_FIELDS = ['id', 'kind', ...CONTEXT_FIELDS, ...COUNT_FIELDS] as const

/** A main row beats a sidechain replay, and both beat a progress row (`/btw` replays read a bigger cache). */
const RANK: Record<SeenAs, number> = { main: 2, sidechain: 1, progress: 0 }

/**
 * Joins two sightings of one event: the counts of the higher-ranked, the context of the earlier.
 *
 * Both are maxima over a total order, so merging is commutative, associative and idempotent: any order, split or
 * repetition of sightings gives the same event. Returns `a` or `b` itself where one of them is the answer.
 */
export function merge(a: UsageEvent, b: UsageEvent): UsageEvent {
  const counts = compareCounts(a, b) >= 0 ? a : b
  const context = compareFields(CONTEXT_FIELDS, a, b) <= 0 ? a : b
  if (counts === context) return counts
  const joined = { ...context } as Record<string, unknown>
  for (const field of COUNT_FIELDS) joined[field] = counts[field]
  const event = joined as unknown as UsageEvent
  return sameEvent(event, a) ? a : sameEvent(event, b) ? b : event
}

/** Sightings joined by their ids, in the order of the first of each. */
export function joinEvents(sightings: readonly UsageEvent[]): Map<string, UsageEvent> {
  const events = new Map<string, UsageEvent>()
  for (const sighting of sightings) {
    const before = events.get(sighting.id)
    events.set(sighting.id, before === undefined ? sighting : merge(before, sighting))
  }
  return events
}

/** Do two events agree in every field? */
export function sameEvent(a: UsageEvent, b: UsageEvent): boolean {
  return a === b || EVENT_FIELDS.every((field) => a[field] === b[field])
}

/** Positive when `a` is the better witness of the counts: rank, then output, then total, then a fixed order. */
function compareCounts(a: UsageEvent, b: UsageEvent): number {
  return (
    RANK[a.seen_as] - RANK[b.seen_as] ||
    a.output_tokens - b.output_tokens ||
    totalTokens(a) - totalTokens(b) ||
    compareFields(COUNT_FIELDS, a, b)
  )
}

function compareFields(fields: readonly (keyof UsageEvent)[], a: UsageEvent, b: UsageEvent): number {
  for (const field of fields) {
    const [x, y] = [a[field], b[field]]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

/**
 * Did the version that wrote this row leave a streaming placeholder where the final output belongs? Claude Code 2.1.10
 * to 2.1.59 did so for most responses: their true output was never written, so it cannot be recovered, only flagged.
 */
export function outputIsUnderstated(event: Pick<UsageEvent, 'client_version' | 'output_tokens'>): boolean {
  if (event.output_tokens > 8) return false
  const match = /^2\.1\.(\d+)$/.exec(event.client_version)
  const patch = match === null ? -1 : Number(match[1])
  return patch >= 10 && patch < 60
}
