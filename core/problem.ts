/** What a problem is about, for programs. Few and stable: HTTP statuses and exit codes are derived from it. */
export type ProblemCode =
  | 'invalid-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'machine-erased'
  | 'not-found'
  | 'ambiguous'
  | 'position-mismatch'
  | 'too-large'
  | 'unsupported-encoding'
  | 'unsupported-protocol'
  | 'rate-limited'
  | 'unreachable'
  | 'unavailable'
  | 'storage'
  | 'cannot-start'
  | 'internal'

/** More that a program may need: `expected` of a position mismatch, `retry_after_s` of a refusal, `errors` of a validation. */
export type ProblemDetails = Readonly<Record<string, unknown>>

/**
 * An error that someone can act on: what failed and why (`message`), what to do next (`hint`).
 * Anything else that is thrown is a bug, logged whole and shown as "internal".
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly hint: string | undefined
  readonly details: ProblemDetails

  constructor(
    code: ProblemCode,
    message: string,
    more: { hint?: string | undefined; cause?: unknown; details?: ProblemDetails } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = more.hint
    this.details = more.details ?? {}
  }
}

/** What comes of it; where it throws a problem, undefined, and the problem joins the list: one keeps nothing else back. */
export function attempt<T>(work: () => T, problems: Problem[]): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.push(error)
    return undefined
  }
}
