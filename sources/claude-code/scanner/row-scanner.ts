import { SCANNER } from './scan.wasm.ts'

/**
 * What a line turned out to be: a row that shows nothing; the row of a response, with as much of it as an event needs;
 * or undefined, where only parsing the line tells.
 */
export type Scanned = 'nothing' | ResponseRow | undefined

/** An assistant's row as JSON.parse would give it, without what no event needs. A missing text is empty here. */
export interface ResponseRow {
  readonly type: 'assistant'
  readonly uuid: string
  readonly timestamp: string
  readonly sessionId: string
  readonly cwd: string
  readonly version: string
  readonly isSidechain: boolean
  readonly requestId: string
  readonly message: {
    readonly id: string
    readonly model: string
    readonly content: readonly ToolCall[]
    readonly usage: {
      readonly input_tokens: number
      readonly output_tokens: number
      readonly cache_read_input_tokens: number
      readonly cache_creation_input_tokens: number
      readonly cache_creation: {
        readonly ephemeral_5m_input_tokens: number
        readonly ephemeral_1h_input_tokens: number
      }
      readonly server_tool_use: { readonly web_search_requests: number }
      readonly service_tier: string
      readonly inference_geo: string
      readonly speed: string
    }
  }
}

interface ToolCall {
  readonly type: 'tool_use'
  readonly id: string
}

/** What scan.as.ts exports. */
interface Scan {
  readonly memory: { readonly buffer: ArrayBuffer }
  maxLine(): number
  lineOffset(): number
  textsOffset(): number
  countsOffset(): number
  toolCallsOffset(): number
  scan(length: number): number
  takeChangedTexts(): number
  sidechain(): number
  toolCallCount(): number
}

// As scan.as.ts has them.
const SHOWS_NOTHING = 1
const SHOWS_RESPONSE = 2
const TEXTS = 11
const TEXT_SLOT = 1024
const COUNTS = 7

type Texts = [
  uuid: string,
  timestamp: string,
  sessionId: string,
  cwd: string,
  version: string,
  requestId: string,
  id: string,
  model: string,
  service_tier: string,
  inference_geo: string,
  speed: string,
]

// The language's types leave it to the DOM's, and Node's do not have it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Host of the scanner in WebAssembly: much faster than JSON.parse, and of the same opinion wherever it has one. */
export class RowScanner {
  readonly #scan: Scan
  readonly #line: Buffer
  readonly #textSlots: Buffer
  readonly #textLengths: Uint32Array
  readonly #counts: Float64Array
  readonly #toolCalls: Uint32Array
  /** Most rows repeat most texts, so each is kept until it changes. */
  readonly #texts = Array<string>(TEXTS).fill('') as Texts

  private constructor(scan: Scan) {
    const memory = scan.memory.buffer
    this.#scan = scan
    this.#line = Buffer.from(memory, scan.lineOffset(), scan.maxLine())
    this.#textSlots = Buffer.from(memory, scan.textsOffset(), TEXTS * TEXT_SLOT)
    this.#textLengths = new Uint32Array(memory, scan.textsOffset(), (TEXTS * TEXT_SLOT) / 4)
    this.#counts = new Float64Array(memory, scan.countsOffset(), COUNTS)
    this.#toolCalls = new Uint32Array(memory, scan.toolCallsOffset())
  }

  /** A scanner, or undefined where this machine runs no WebAssembly, or none with SIMD. */
  static load(): RowScanner | undefined {
    try {
      const module = new WebAssembly.Module(Buffer.from(SCANNER, 'base64'))
      return new RowScanner(new WebAssembly.Instance(module).exports as Scan)
    } catch {
      return undefined
    }
  }

  scan(bytes: Buffer, starts: number, ends: number): Scanned {
    const length = ends - starts
    if (length >= this.#line.length) return undefined
    bytes.copy(this.#line, 0, starts, ends)
    const is = this.#scan.scan(length)
    if (is === SHOWS_NOTHING) return 'nothing'
    return is === SHOWS_RESPONSE ? this.#response() : undefined
  }

  #response(): ResponseRow {
    this.#readTexts()
    const [uuid, timestamp, sessionId, cwd, version, requestId, id, model, service_tier, inference_geo, speed] =
      this.#texts
    const counts = this.#counts
    return {
      type: 'assistant',
      uuid,
      timestamp,
      sessionId,
      cwd,
      version,
      isSidechain: this.#scan.sidechain() === 1,
      requestId,
      message: {
        id,
        model,
        content: this.#content(),
        usage: {
          input_tokens: counts[0] as number,
          output_tokens: counts[1] as number,
          cache_read_input_tokens: counts[2] as number,
          cache_creation_input_tokens: counts[3] as number,
          cache_creation: {
            ephemeral_5m_input_tokens: counts[4] as number,
            ephemeral_1h_input_tokens: counts[5] as number,
          },
          server_tool_use: { web_search_requests: counts[6] as number },
          service_tier,
          inference_geo,
          speed,
        },
      },
    }
  }

  #readTexts(): void {
    const changed = this.#scan.takeChangedTexts()
    for (let field = 0; field < TEXTS; field++) {
      if ((changed & (1 << field)) === 0) continue
      const slot = field * TEXT_SLOT
      this.#texts[field] = textOf(this.#textSlots, slot + 4, this.#textLengths[slot / 4] as number)
    }
  }

  #content(): readonly ToolCall[] {
    const count = this.#scan.toolCallCount()
    if (count === 0) return []
    const calls: ToolCall[] = []
    for (let i = 0; i < count; i++) {
      const id = textOf(this.#line, this.#toolCalls[2 * i] as number, this.#toolCalls[2 * i + 1] as number)
      calls.push({ type: 'tool_use', id })
    }
    return calls
  }
}

let shared: RowScanner | undefined | 'not yet' = 'not yet'

/** The scanner of this thread, made when it is first asked for. */
export function rowScanner(): RowScanner | undefined {
  if (shared === 'not yet') shared = RowScanner.load()
  return shared
}

/** A string as it stands in JSON, between its quotes; the scanner has checked it. */
function textOf(bytes: Buffer, starts: number, length: number): string {
  const text = bytes.toString('utf8', starts, starts + length)
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
}
