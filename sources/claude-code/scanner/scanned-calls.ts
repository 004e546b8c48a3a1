import { callHash, type ToolCallMemory } from '../open-responses.ts'
import type { Scan } from './scan-module.ts'

/** The scanner's memory of tool calls, for the rows that are parsed beside it. */
export class ScannedCalls implements ToolCallMemory {
  readonly #scan: Scan
  /** Where it takes an id or a state, and gives its state. */
  readonly #bytes: Buffer

  constructor(scan: Scan) {
    this.#scan = scan
    this.#bytes = Buffer.from(scan.memory.buffer, scan.packedOffset(), scan.packedSize())
  }

  count(eventId: string, toolUseIds: readonly string[]): number {
    this.#scan.forgetCallsOfRow()
    for (const id of toolUseIds) this.#scan.addHostsCall(...callHash(id))
    this.#bytes.write(eventId, 'base64url')
    return this.#scan.countHostsCalls()
  }

  state(): string {
    return this.#bytes.toString('base64', 0, this.#scan.packResponses())
  }

  restore(state = ''): void {
    this.#scan.unpackResponses(this.#bytes.write(state, 'base64'))
  }
}
