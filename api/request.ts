import type { z } from 'zod'
import { Problem } from '../core/problem.ts'
import { KEY_HEADER } from './paths.ts'
import { decodeProblem } from './problem-json.ts'
import { serverUrl } from './server-url.ts'

export interface ServerAddress {
  /** Such as `http://nas:8420`, also with a path prefix. */
  readonly url: string
  /** Without it, only what is open to anyone can be asked. */
  readonly key?: string | undefined
}

export interface ConnectOptions {
  readonly fetch?: typeof globalThis.fetch
  /** How long one request may take in all. */
  readonly timeout_ms?: number
}

/** The longest answer that is read. A server is not trusted to be ours, nor to be well. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Asks a server for something, and hands out an answer that is as its schema says. Every failure is a {@link Problem}. */
export type Requester = <S extends z.ZodType>(path: string, schema: S, init?: RequestInit) => Promise<z.output<S>>

export function requester(address: ServerAddress, options: ConnectOptions): Requester {
  const ask = asker(address, options)
  return async (path, schema, init = {}) => {
    const { body, refuse } = await ask(path, init)
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data as never
    throw refuse()
  }
}

/** What a server answered, whatever it means. */
export interface Answered {
  readonly status: number
  /** Undefined where it was no JSON. */
  readonly body: unknown
  /** What to throw where the answer is not what it should be. */
  readonly refuse: () => Problem
}

/** Asks a server for something. Throws for what is no success, unless its status is one of `expected`. */
export function asker(
  { url, key }: ServerAddress,
  { fetch = globalThis.fetch, timeout_ms = 30_000 }: ConnectOptions,
): (path: string, init: RequestInit, expected?: readonly number[]) => Promise<Answered> {
  const prefix = serverUrl(url).href.replace(/\/+$/, '')
  return async (path, init, expected = []) => {
    const answer = await fetchTwice(fetch, prefix, `${prefix}${path}`, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        ...(key === undefined ? {} : { [KEY_HEADER]: key }),
        Accept: 'application/json',
      },
      // A key is never sent on to another address.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout_ms),
    })
    const body = parseJson(answer.text)
    const isSuccess = answer.status >= 200 && answer.status < 300
    if (isSuccess) return { status: answer.status, body, refuse: () => notOurs(prefix, answer) }
    const refuse = () => refusal(prefix, answer, body)
    if (!expected.includes(answer.status)) throw refuse()
    return { status: answer.status, body, refuse }
  }
}

/** A request with something to say, as JSON. */
export function posted(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
}

/** A form with these fields. */
export function form(fields: Readonly<Record<string, string>>): RequestInit {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', body: new URLSearchParams(fields).toString(), headers }
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly retry_after: string | null
}

/**
 * A kept connection may have been closed by the other side just now (a server that restarted). All requests of ours may
 * be repeated, so one that was cut is sent once more.
 */
async function fetchTwice(...request: Parameters<typeof fetchText>): Promise<Answer> {
  try {
    return await fetchText(...request)
  } catch (error) {
    if (!(error instanceof Problem) || error.details['reason'] !== CUT) throw error
    return fetchText(...request)
  }
}

async function fetchText(
  fetch: typeof globalThis.fetch,
  shown: string,
  url: string,
  init: RequestInit,
): Promise<Answer> {
  try {
    return await readAnswer(await fetch(url, init))
  } catch (cause) {
    throw cause instanceof Problem ? cause : unreachable(shown, cause)
  }
}

/** What a response means that is none of those that were hoped for. */
export async function refusedBy(shown: string, response: Response): Promise<Problem> {
  const answer = await readAnswer(response)
  return refusal(shown, answer, parseJson(answer.text))
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await readBounded(response)
  return { status: response.status, text, retry_after: response.headers.get('Retry-After') }
}

async function readBounded(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const bytes = chunk.value as Uint8Array
    size += bytes.byteLength
    if (size > MAX_ANSWER_BYTES) {
      await reader.cancel()
      throw new Problem('unreachable', 'The server’s answer is too large to be one of ours.', {
        hint: 'Check the server URL: forge config show',
      })
    }
    text += decoder.decode(bytes, { stream: true })
  }
  return text + decoder.decode()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(shown: string, answer: Answer, body: unknown): Problem {
  const problem = decodeProblem(body)
  const retry_after_s = retryAfterSeconds(answer.retry_after)
  if (problem !== undefined) {
    return new Problem(problem.code, problem.message, {
      hint: problem.hint,
      details: { ...problem.details, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
    })
  }
  if (answer.status === 401 || answer.status === 403) {
    return new Problem('unauthenticated', `${shown} does not accept this key.`, {
      hint: `Get another one: forge login ${shown}`,
    })
  }
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
    return new Problem('unavailable', `${shown} cannot answer right now (HTTP ${answer.status}).`, {
      hint: 'Try again later: forge sync',
      details: retry_after_s === undefined ? {} : { retry_after_s },
    })
  }
  return notOurs(shown, answer)
}

function notOurs(shown: string, answer: Answer): Problem {
  const isPage = /^\s*</.test(answer.text)
  const what = isPage ? 'a web page' : answer.text.trim() === '' ? 'nothing' : 'something else'
  return new Problem(
    'unreachable',
    `${shown} answered ${what} (HTTP ${answer.status}), not what a claudeforge server says.`,
    { hint: 'Check the address, and any proxy or sign-in page in between: forge config show' },
  )
}

function retryAfterSeconds(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header.trim())) return undefined
  return Number(header)
}

/** What it means that a request, or its answer, did not come through. */
export function unreachable(shown: string, cause: unknown): Problem {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError'
  const reason = timedOut ? 'no answer in time' : reasonOf(cause)
  return new Problem('unreachable', `Cannot reach ${shown} (${reason}).`, {
    hint: 'Is it running, and is the address right? forge config show',
    cause,
    details: { reason },
  })
}

const CUT = 'the connection was cut'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no network',
}

function reasonOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string') return REASONS[code] ?? code
    if (error.cause === undefined) return error.message
  }
  return 'unknown reason'
}
