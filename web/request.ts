import { decodeProblem } from '../api/problem-json.ts'
import { Problem } from '../core/problem.ts'

/** Longer than any report takes; a server that has gone away is noticed by then. */
const PATIENCE_MS = 30_000

/**
 * Asks the server that this page came from, signed in by its cookie. `path` is absolute on the server (`/v1/overview`);
 * it is asked for beside the page, so that a reverse proxy's path stays in front of it. Throws a Problem.
 */
export async function request<T>(method: string, path: string, body?: unknown, headers = {}): Promise<T> {
  const response = await send(method, path, body, headers)
  if (!response.ok) throw await problemIn(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** The URL of a path on the server, relative to the page. */
export function urlOf(path: string): string {
  return `.${path}`
}

async function send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(urlOf(path), {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    throw new Problem('unreachable', 'The server cannot be reached.', {
      hint: 'Is it running, and does this device reach it?',
      cause,
    })
  }
}

async function problemIn(response: Response): Promise<Problem> {
  const document: unknown = await response.json().catch(() => undefined)
  const problem = decodeProblem(document)
  if (problem !== undefined) return problem
  return new Problem('unavailable', `Something between this page and the server answered ${response.status}.`, {
    hint: 'Is a reverse proxy in front of it?',
  })
}

/** Whatever was thrown, as what can be shown. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal', String(error))
}
