import { hash } from 'node:crypto'

/** Rows of one response stand close together, in rare cases interleaved with those of others. */
const MOST = 4

/**
 * Counts the tool calls of responses over their rows. A response is written as one row for each of its content blocks,
 * so the calls of the latest responses are remembered; the memory is handed on with the cursor, and a file that is read
 * in pieces gives what it gives in one.
 */
export class OpenResponses {
  /** By event id, the one that was quiet longest first. */
  #responses: Map<string, ToolCalls>

  constructor(state: string | undefined) {
    this.#responses = new Map(parseState(state).map(([id, ...hashes]) => [id, new ToolCalls(hashes)]))
  }

  /** How many tool calls of a response its rows have shown so far, with those of this row. */
  count(eventId: string, toolUseIds: readonly string[]): number {
    const known = this.#responses.get(eventId)
    if (toolUseIds.length === 0) return known?.count ?? 0
    const calls = known ?? new ToolCalls([])
    for (const id of toolUseIds) calls.add(id)
    this.#responses.delete(eventId)
    this.#responses.set(eventId, calls)
    if (this.#responses.size > MOST) {
      const [oldest] = this.#responses.keys()
      this.#responses.delete(oldest as string)
    }
    return calls.count
  }

  /** Takes what `run` adds out again: for a line that will be read a second time. */
  forgetting(run: () => void): void {
    const state = this.state()
    run()
    this.#responses = new OpenResponses(state).#responses
  }

  /** What the constructor needs to go on from here. */
  state(): string {
    const responses = [...this.#responses].map(([id, calls]) => [id, ...calls.hashes()])
    return responses.length === 0 ? '' : JSON.stringify(responses)
  }
}

/** The tool calls of one response: those of this reading by their ids, those of earlier ones by their hashes. */
class ToolCalls {
  readonly #earlier: ReadonlySet<string>
  readonly #ids = new Set<string>()

  constructor(hashes: readonly string[]) {
    this.#earlier = new Set(hashes)
  }

  get count(): number {
    return this.#earlier.size + this.#ids.size
  }

  add(id: string): void {
    if (this.#earlier.size === 0 || !this.#earlier.has(shortHash(id))) this.#ids.add(id)
  }

  /** Hashes, so that nothing that Claude Code wrote stands in the ledger as it was. */
  hashes(): string[] {
    return [...this.#earlier, ...Array.from(this.#ids, shortHash)]
  }
}

function shortHash(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 11)
}

/** The state as it was handed on; a state of another version is forgotten, and costs at most a count. */
function parseState(state: string | undefined): [id: string, ...hashes: string[]][] {
  if (state === undefined || state === '') return []
  try {
    return JSON.parse(state) as [string, ...string[]][]
  } catch {
    return []
  }
}
