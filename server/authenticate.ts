import { timingSafeEqual } from 'node:crypto'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { KEY_HEADER } from '../api/paths.ts'
import { Problem } from '../core/problem.ts'
import { allKeys } from '../store/keys.ts'
import type { Db } from '../store/open.ts'
import { hashKey } from './keys.ts'

/** How many requests a minute may bring. */
export interface RateLimits {
  /** Wrong keys from one address (of IPv6: from one /64). */
  readonly failures: number
  /** Requests with one key. */
  readonly requests: number
}

export const RATE_LIMITS: RateLimits = { failures: 10, requests: 600 }

/** Lets a request pass, or throws `unauthenticated`, `rate-limited` or, for a header sent twice, `invalid-request`. */
export type Authenticate = (header: string | undefined, address: string | undefined) => Promise<void>

/** The one way in: a valid key in the header `X-API-Key`. Keys in a query, a cookie or another header are not looked at. */
export function authenticator(
  db: Db,
  { api_key, limits }: { readonly api_key: string | undefined; readonly limits: RateLimits },
): Authenticate {
  const failures = new RateLimiterMemory({ points: limits.failures, duration: 60 })
  const requests = new RateLimiterMemory({ points: limits.requests, duration: 60 })
  const own = api_key === undefined ? [] : [{ id: 'environment', hash: hashKey(api_key) }]
  return async (header, address) => {
    const presented = presentedKey(header)
    // Read each time, so that a key which is removed stops working at once.
    const keys = [...own, ...(await allKeys(db))]
    // Charged before the comparison and given back after it, with nothing awaited between: guesses that arrive together
    // cannot slip past, and a blocked address learns nothing, whatever it sends.
    const group = addressGroup(address)
    const charged = failures.consume(group)
    const id = matchingKey(presented, keys)
    if (id !== undefined) await failures.reward(group)
    await charged.catch((left: RateLimiterRes) => {
      throw tooMany('Too many wrong keys came from this address.', left)
    })
    if (id === undefined)
      throw new Problem('unauthenticated', 'This key is not known here.', { hint: HOW_TO_GET_A_KEY })
    await requests.consume(id).catch((left: RateLimiterRes) => {
      throw tooMany('Too many requests came with this key.', left)
    })
  }
}

const HOW_TO_GET_A_KEY =
  'The server shows its key when it first starts; FORGE_API_KEY sets another. Then: forge config set api-key KEY'

function presentedKey(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new Problem('unauthenticated', `No key came with the request (header ${KEY_HEADER}).`, {
      hint: HOW_TO_GET_A_KEY,
    })
  }
  // HTTP joins a repeated header with commas, and no key has one.
  if (header.includes(',')) {
    throw new Problem('invalid-request', `The header ${KEY_HEADER} came more than once.`, {
      hint: 'Send one key.',
    })
  }
  return header
}

/** The id of the key that was presented. Every key is compared, each in constant time. */
function matchingKey(
  presented: string,
  keys: readonly { readonly id: string; readonly hash: string }[],
): string | undefined {
  const hash = Buffer.from(hashKey(presented), 'hex')
  let found: string | undefined
  for (const key of keys) {
    const stored = Buffer.from(key.hash, 'hex')
    if (stored.length === hash.length && timingSafeEqual(stored, hash)) found = key.id
  }
  return found
}

function tooMany(message: string, { msBeforeNext }: RateLimiterRes): Problem {
  const retry_after_s = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return new Problem('rate-limited', message, {
    hint: `Try again in ${retry_after_s} s.`,
    details: { retry_after_s },
  })
}

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 address, which one machine owns whole. */
export function addressGroup(address = 'unknown'): string {
  const plain = address.replace(/%.*$/, '').toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped !== null) return mapped[1] as string
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const end = tail === '' ? [] : tail.split(':')
    while (groups.length + end.length < 8) groups.push('0')
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}
