import { encodeProblem, PROBLEM_CONTENT_TYPE } from '../api/problem-json.ts'
import { Problem } from '../core/problem.ts'
import { storageFault } from '../store/storage-fault.ts'

/** The problem behind whatever was thrown. What is not one is a bug, and nothing of it is shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  return (
    storageProblem(error) ??
    new Problem('internal', 'Something went wrong in the server.', {
      hint: 'Try again. If it stays, report it with the request id; the server’s log has the rest under it.',
      cause: error,
    })
  )
}

/** A problem as an answer: an RFC 9457 document, with the headers that belong to it. */
export function problemResponse(problem: Problem, request_id: string): Response {
  const document = encodeProblem(problem)
  const { retry_after_s, allow } = problem.details
  const headers = new Headers({ 'Content-Type': PROBLEM_CONTENT_TYPE })
  if (typeof retry_after_s === 'number') headers.set('Retry-After', String(retry_after_s))
  if (document.status === 401) headers.set('WWW-Authenticate', 'ApiKey')
  if (!Array.isArray(allow)) {
    const body = document.status >= 500 ? { ...document, request_id } : document
    return new Response(JSON.stringify(body), { status: document.status, headers })
  }
  headers.set('Allow', allow.join(', '))
  const body = { ...document, title: 'This method is not possible here', status: 405 }
  return new Response(JSON.stringify(body), { status: 405, headers })
}

function storageProblem(error: unknown): Problem | undefined {
  switch (storageFault(error)) {
    case 'busy':
      return new Problem('unavailable', 'The ledger is busy with something else.', {
        hint: 'Try again in a moment.',
        cause: error,
        details: { retry_after_s: 5 },
      })
    case 'away':
      return new Problem('unavailable', 'The database is not there right now.', {
        hint: 'Try again in a moment; nothing was acknowledged, and what waits is sent again by itself.',
        cause: error,
        details: { retry_after_s: 5 },
      })
    case 'forbidden':
      return cannotStore('its database user may not', 'Give it its rights back: docs/postgresql.md.', error)
    case 'full':
      return cannotStore('its disk is full', 'Free some space on the server.', error)
    case 'broken disk':
      return cannotStore('its disk does not read or write', 'Check the server’s disk and file system.', error)
    case 'read-only':
      return cannotStore('its ledger cannot be written', 'Check the rights of the server’s data folder.', error)
    case undefined:
      return undefined
  }
}

function cannotStore(why: string, hint: string, cause: unknown): Problem {
  return new Problem(
    'storage',
    `The server cannot store this, because ${why}. Nothing was lost: nothing was acknowledged.`,
    {
      hint: `${hint} What waits is sent again by itself.`,
      cause,
    },
  )
}
