import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

/** What an answer is: data, for nobody to keep unless it says so itself, to show as a page or to guess the type of. */
export const SECURE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** What an answer may say of itself: how long it may be kept, and, for the page, what it may load. */
const OWN: ReadonlySet<string> = new Set(['Cache-Control', 'Content-Security-Policy'])

/** The same answer, with the headers that every answer has. One that was sent already has them (kept-answer.ts). */
export function secured(response: Response): Response {
  if (response === RESPONSE_ALREADY_SENT) return response
  for (const [name, value] of Object.entries(SECURE_HEADERS)) {
    if (!OWN.has(name) || !response.headers.has(name)) response.headers.set(name, value)
  }
  return response
}
