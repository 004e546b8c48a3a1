import { Problem } from '../../core/problem.ts'
import type { Visit } from './visit.ts'

/**
 * Refuses what another site makes a browser do here (CSRF). Browsers say of themselves where a request comes from: over
 * https and on this machine in `Sec-Fetch-Site`, else, for what changes something, in `Origin`. Throws `forbidden`.
 */
export function mustBeSameOrigin(visit: Visit): void {
  if (visit.method === 'GET' || visit.method === 'HEAD') {
    // Its cookie would not have come along; where it did, the browser is an odd one.
    if (visit.fetch_site === 'cross-site' || visit.fetch_site === 'same-site') throw fromElsewhere()
    return
  }
  if (visit.fetch_site !== undefined) {
    if (visit.fetch_site !== 'same-origin') throw fromElsewhere()
  } else if (visit.origin === undefined || hostOf(visit.origin) !== visit.host) {
    throw fromElsewhere()
  }
  // A form of another site can send text, but not JSON.
  if (visit.content_type !== undefined && !/^application\/json\s*(;|$)/i.test(visit.content_type)) {
    throw new Problem('forbidden', 'A browser may send nothing but JSON here.', {
      hint: 'Set the header Content-Type: application/json.',
    })
  }
}

/** Refuses what a browser asks for. Throws `forbidden`. */
export function mustNotBeAPage({ origin, fetch_site }: Visit): void {
  if (origin === undefined && fetch_site === undefined) return
  throw new Problem('forbidden', 'This is for machines, not for pages.', { hint: 'On the machine: forge login URL' })
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function fromElsewhere(): Problem {
  return new Problem('forbidden', 'A browser may do this only from this server’s own pages.', {
    hint: 'Behind a proxy that changes the Host header, set FORGE_TRUSTED_PROXIES to its address. Programs use a key.',
  })
}
