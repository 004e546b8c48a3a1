import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { SECURE_HEADERS } from './secure-headers.ts'

const gzipAsync = promisify(gzip)
/** Shorter ones are longer when they are compressed, or fit into the same packet anyway. */
const WORTH_COMPRESSING = 1024

/** An answer as it goes over the wire, again and again: made into bytes once, and compressed once. */
export class KeptAnswer {
  readonly plain: Uint8Array<ArrayBuffer>
  #gzipped: Promise<Uint8Array> | undefined

  constructor(json: Uint8Array<ArrayBuffer>) {
    this.plain = json
  }

  /** Bytes that it may take, in both forms. */
  get size(): number {
    return this.plain.length * 1.25
  }

  /** Its bytes for who accepts these encodings (`Accept-Encoding`), and which one they are in. */
  async bytesFor(accepted: string | undefined): Promise<{ bytes: Uint8Array; encoding?: 'gzip' }> {
    if (this.plain.length < WORTH_COMPRESSING || !acceptsGzip(accepted)) return { bytes: this.plain }
    this.#gzipped ??= gzipAsync(this.plain)
    return { bytes: await this.#gzipped, encoding: 'gzip' }
  }
}

function acceptsGzip(accepted = ''): boolean {
  return accepted.split(',').some((one) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one))
}

/**
 * Writes an answer to its socket, past the standard's Response object: making and reading one takes three times as long
 * as all the rest. Returns what tells the framework that it was done.
 */
export async function sendKept(
  answer: KeptAnswer,
  {
    outgoing,
    accepted,
    headers,
  }: {
    readonly outgoing: HttpBindings['outgoing']
    readonly accepted: string | undefined
    readonly headers: Readonly<Record<string, string>>
  },
): Promise<Response> {
  const { bytes, encoding } = await answer.bytesFor(accepted)
  outgoing.writeHead(200, {
    ...SECURE_HEADERS,
    ...headers,
    Vary: `${headers['Vary']}, Accept-Encoding`,
    'Content-Length': bytes.length,
    ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
  })
  outgoing.end(bytes)
  return RESPONSE_ALREADY_SENT
}
