import { RateLimiterMemory, type RateLimiterAbstract, type RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../../core/problem.ts'

/** How often something may happen. */
export interface Limit {
  readonly points: number
  readonly seconds: number
  /** What is said to who is over it. */
  readonly says: string
}

export const LIMITS = {
  /** From one address (of IPv6: from one /64). */
  wrong_keys: { points: 10, seconds: 60, says: 'Too many wrong keys came from this address.' },
  /** A link cannot be guessed, and may stay open in many windows after its end: that must not keep keys out. */
  wrong_links: { points: 60, seconds: 60, says: 'Too many links that do not work came from this address.' },
  /** Of one key, or of one browser. A first sync of a million events is a thousand requests, as fast as they go. */
  requests: { points: 6000, seconds: 60, says: 'Too many requests came with this key.' },
  /** Of machines that ask to be let in, from one address. */
  pairings: { points: 10, seconds: 600, says: 'Too many requests for a key came from this address.' },
  polls: { points: 300, seconds: 60, says: 'Too many requests came from this address.' },
  /** Codes are short: from one address, and from all together, so that many addresses do not help. */
  wrong_codes_of_address: { points: 5, seconds: 60, says: 'Too many wrong codes came from this address.' },
  wrong_codes: { points: 100, seconds: 600, says: 'Too many wrong codes came from everywhere.' },
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof LIMITS

/** Counts what may not happen too often, for the whole server. Whoever is over a limit gets `rate-limited`. */
export interface Limiter {
  /** Counts one. Throws `rate-limited` where there were too many. */
  count(limit: LimitName, who: string): Promise<void>
  /**
   * Counts a guess, unless `check` finds it right. It is counted before it is checked, so that guesses which arrive
   * together cannot slip past; and who has guessed too often learns nothing, whatever they send.
   */
  guess<T>(limit: LimitName, who: string, check: () => T | undefined): Promise<T | undefined>
}

/**
 * A limiter over a counter for each limit. The default counts in this process; several servers of one database need
 * counters that they share, which the same package has for PostgreSQL.
 */
export function limiter(
  points: Partial<Readonly<Record<LimitName, number>>> = {},
  counter: (limit: Limit, name: LimitName) => RateLimiterAbstract = inMemory,
): Limiter {
  const counters = new Map(
    (Object.keys(LIMITS) as LimitName[]).map((name) => {
      const limit: Limit = { ...LIMITS[name], points: points[name] ?? LIMITS[name].points }
      return [name, counter(limit, name)]
    }),
  )
  const counterOf = (name: LimitName) => counters.get(name) as RateLimiterAbstract
  return {
    async count(limit, who) {
      await counterOf(limit)
        .consume(who)
        .catch((left: RateLimiterRes) => {
          throw tooMany(LIMITS[limit], left)
        })
    },
    async guess(limit, who, check) {
      // Nothing is awaited in between.
      const counted = counterOf(limit).consume(who)
      const right = check()
      if (right !== undefined) await counterOf(limit).reward(who)
      await counted.catch((left: RateLimiterRes) => {
        throw tooMany(LIMITS[limit], left)
      })
      return right
    },
  }
}

function inMemory({ points, seconds }: Limit): RateLimiterAbstract {
  return new RateLimiterMemory({ points, duration: seconds })
}

function tooMany({ says }: Limit, { msBeforeNext }: RateLimiterRes): Problem {
  const retry_after_s = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return new Problem('rate-limited', says, { hint: `Try again in ${retry_after_s} s.`, details: { retry_after_s } })
}
