import { Problem, type ProblemCode } from '../core/problem.ts'

/** Problems as RFC 9457 documents, for both ends of the wire: one table, read both ways. */

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

const STATUS: Record<ProblemCode, number> = {
  'invalid-request': 400,
  'unsupported-protocol': 400,
  unauthenticated: 401,
  forbidden: 403,
  'machine-erased': 403,
  'not-found': 404,
  ambiguous: 409,
  'position-mismatch': 409,
  'too-large': 413,
  'unsupported-encoding': 415,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
  storage: 507,
  unreachable: 502,
  'cannot-start': 500,
}

const TITLE: Record<ProblemCode, string> = {
  'invalid-request': 'The request is not valid',
  'unsupported-protocol': 'This protocol version is not supported',
  unauthenticated: 'A valid key is needed',
  forbidden: 'This key may not do that',
  'machine-erased': 'This machine was erased',
  'not-found': 'Not found',
  ambiguous: 'More than one thing has this name',
  'position-mismatch': 'This ledger is at another position',
  'too-large': 'The body is too large',
  'unsupported-encoding': 'This content encoding is not supported',
  'rate-limited': 'Too many requests',
  internal: 'Something went wrong in the server',
  unavailable: 'The server cannot answer right now',
  storage: 'The server cannot store anything right now',
  unreachable: 'The server cannot be reached',
  'cannot-start': 'The server cannot start',
}

export interface ProblemDocument {
  /** A page about this kind of problem, relative to the server. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode
  /** What to do next. */
  readonly hint?: string
  readonly [more: string]: unknown
}

export function encodeProblem(problem: Problem): ProblemDocument {
  return {
    ...problem.details,
    type: `/problems/${problem.code}`,
    title: TITLE[problem.code],
    status: STATUS[problem.code],
    detail: problem.message,
    code: problem.code,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  }
}

/** The problem behind a document, or undefined when it is none of ours (a proxy's error page, another program). */
export function decodeProblem(document: unknown): Problem | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined
  const {
    type: _type,
    title: _title,
    status: _status,
    detail,
    code,
    hint,
    ...details
  } = document as Record<string, unknown>
  if (typeof code !== 'string' || !Object.hasOwn(STATUS, code) || typeof detail !== 'string') return undefined
  return new Problem(code as ProblemCode, detail, {
    hint: typeof hint === 'string' ? hint : undefined,
    details,
  })
}
