import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Problem } from '../core/problem.ts'

/** The most that a body may have, on the wire and inflated. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024

/**
 * A request's body as JSON. Throws `too-large` as soon as a limit is passed, `unsupported-encoding` for anything but
 * plain and one gzip, `invalid-request` for what is no JSON.
 */
export async function readJson(request: Request, limit = MAX_BODY_BYTES): Promise<unknown> {
  const gzipped = isGzipped(request.headers.get('Content-Encoding'))
  const sent = await readBytes(request, limit)
  return parseJson(gzipped ? await inflate(sent, limit) : sent)
}

/** The most that a form may have. */
const MAX_FORM_BYTES = 16 * 1024

/** A form's fields. Throws `invalid-request` for another kind of body, and for a field that comes twice. */
export async function readForm(request: Request): Promise<Record<string, string>> {
  const type = request.headers.get('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new Problem('invalid-request', 'The body is not a form.', {
      hint: 'Send it with Content-Type: application/x-www-form-urlencoded.',
    })
  }
  const bytes = await readBytes(request, MAX_FORM_BYTES)
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(bytes))) {
    if (name in fields)
      throw new Problem('invalid-request', 'A field of the form came twice.', { hint: 'Send it once.' })
    fields[name] = value
  }
  return fields
}

function isGzipped(encoding: string | null): boolean {
  const name = (encoding ?? '').trim().toLowerCase()
  if (name === '') return false
  if (name === 'gzip') return true
  throw new Problem('unsupported-encoding', 'The body is encoded in a way that is not read here.', {
    hint: 'Send it plain, or with Content-Encoding: gzip.',
  })
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const length = request.headers.get('Content-Length')
  if (Number(length ?? 0) > limit) throw tooLarge(limit)
  return length === null ? readPieces(request, limit) : readWhole(request, limit)
}

/** Of a body that says its length, which Node cuts there: what carries pieces takes longer than a batch itself. */
async function readWhole(request: Request, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer().catch(endedEarly))
  if (bytes.length > limit) throw tooLarge(limit)
  return bytes
}

async function readPieces(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader !== undefined) {
    const chunk = await reader.read().catch(endedEarly)
    if (chunk.done) break
    size += chunk.value.byteLength
    if (size > limit) {
      // Nothing waits for the rest, which may never come.
      void reader.cancel().catch(() => undefined)
      throw tooLarge(limit)
    }
    chunks.push(chunk.value)
  }
  return Buffer.concat(chunks)
}

function endedEarly(cause: unknown): never {
  throw new Problem('invalid-request', 'The body ended before it was complete.', { hint: 'Send it again.', cause })
}

const gunzipAsync = promisify(gunzip)
/** A whole batch mostly: each further piece is a journey to another thread and back. */
const INFLATED_AT_ONCE = 256 * 1024

/** Inflates, and stops at the limit: what would come after it is never made. */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await gunzipAsync(bytes, { maxOutputLength: limit, chunkSize: INFLATED_AT_ONCE })
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new Problem('invalid-request', 'The body is not readable as gzip.', {
      hint: 'Send it again; a proxy in between may have changed it.',
      cause,
    })
  }
}

function tooLarge(limit: number): Problem {
  return new Problem('too-large', `The body is larger than ${limit / 1024 / 1024} MiB.`, {
    hint: 'Send it in smaller parts.',
  })
}

/** What is said here nests five levels deep. Far more is an attack: a parsed level takes many times the bytes it came in. */
const MAX_DEPTH = 64

function parseJson(bytes: Uint8Array): unknown {
  if (isDeeperThan(MAX_DEPTH, bytes)) {
    throw new Problem('invalid-request', `The body nests more than ${MAX_DEPTH} levels deep.`)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // Without the cause: a parser's message quotes the body.
    throw new Problem('invalid-request', 'The body is not JSON.', { hint: 'Send a JSON object in UTF-8.' })
  }
}

function isDeeperThan(most: number, bytes: Uint8Array): boolean {
  let depth = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 0x22) i = endOfString(bytes, i)
    // Brackets and braces differ in one bit.
    else if ((byte & 0xdf) === 0x5b) {
      if (++depth > most) return true
    } else if ((byte & 0xdf) === 0x5d) depth--
  }
  return false
}

function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1
  while (i < bytes.length && bytes[i] !== 0x22) i += bytes[i] === 0x5c ? 2 : 1
  return i
}
