/** Rows of one response stand close together, in rare cases interleaved with those of others. */
const MOST_RESPONSES = 4
/** More tool calls of one response than anyone has seen are not told apart any more. */
const MOST_CALLS = 1024

const ID_BYTES = 16
const HEAD_BYTES = 20
const CALL_BYTES = 8

/**
 * Counts the tool calls of responses over their rows. A response is written as one row for each of its content blocks,
 * so the calls of the latest responses are remembered; the memory is handed on with the cursor, and a file that is read
 * in pieces gives what it gives in one.
 */
export interface ToolCallMemory {
  /** How many tool calls of a response its rows have shown so far, with those of this row. */
  count(eventId: string, toolUseIds: readonly string[]): number
  /** What {@link restore} needs to go on from here. */
  state(): string
  /** Goes on from a state; nothing is known without one. A state of another version costs at most a count. */
  restore(state: string | undefined): void
}

/** The memory without a scanner, and what the scanner's (scanner/tool-calls.as.ts) is held to. */
export class OpenResponses implements ToolCallMemory {
  /** The hashes of the calls by event id, the response that was quiet longest first. */
  #responses = new Map<string, Set<string>>()

  count(eventId: string, toolUseIds: readonly string[]): number {
    const known = this.#responses.get(eventId)
    if (toolUseIds.length === 0) return known?.size ?? 0
    const calls = known ?? new Set()
    for (const id of toolUseIds) if (calls.size < MOST_CALLS) calls.add(hashText(callHash(id)))
    this.#responses.delete(eventId)
    this.#responses.set(eventId, calls)
    if (this.#responses.size > MOST_RESPONSES) {
      const [oldest] = this.#responses.keys()
      this.#responses.delete(oldest as string)
    }
    return calls.size
  }

  state(): string {
    return Buffer.concat([...this.#responses].map(([id, calls]) => packed(id, calls))).toString('base64')
  }

  restore(state = ''): void {
    this.#responses = unpacked(Buffer.from(state, 'base64')) ?? new Map()
  }
}

/** A response as its id, how many calls it has, and their hashes: nothing that Claude Code wrote stands in it. */
function packed(id: string, calls: ReadonlySet<string>): Buffer {
  const count = Buffer.alloc(HEAD_BYTES - ID_BYTES)
  count.writeInt32LE(calls.size)
  return Buffer.concat([Buffer.from(id, 'base64url'), count, ...[...calls].map((call) => Buffer.from(call, 'latin1'))])
}

function unpacked(bytes: Buffer): Map<string, Set<string>> | undefined {
  const responses = new Map<string, Set<string>>()
  for (let at = 0; at < bytes.length;) {
    const count = at + HEAD_BYTES <= bytes.length ? bytes.readInt32LE(at + ID_BYTES) : 0
    const calls = at + HEAD_BYTES
    const ends = calls + count * CALL_BYTES
    if (responses.size === MOST_RESPONSES || count < 1 || count > MOST_CALLS || ends > bytes.length) return undefined
    const hashes = Array.from({ length: count }, (_, i) =>
      bytes.toString('latin1', calls + i * CALL_BYTES, calls + (i + 1) * CALL_BYTES),
    )
    responses.set(bytes.toString('base64url', at, at + ID_BYTES), new Set(hashes))
    at = ends
  }
  return responses
}

/** Two hashes of 32 bits. */
export function callHash(id: string): [a: number, b: number] {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (const byte of Buffer.from(id)) {
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b ^ byte, 0x5bd1e995)
    b ^= b >>> 15
  }
  return [a, b]
}

/** As eight characters of one byte each. */
function hashText([a, b]: readonly [number, number]): string {
  const bytes = Buffer.alloc(CALL_BYTES)
  bytes.writeInt32LE(a)
  bytes.writeInt32LE(b, 4)
  return bytes.toString('latin1')
}
