import type { Pool } from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Limit, LimitName } from './limits.ts'

/** Counters in the database, for all servers that share it. While it is away, each server counts by itself. */
export function sharedCounter(pool: Pool): (limit: Limit, name: LimitName) => RateLimiterAbstract {
  return ({ points, seconds }, name) =>
    new RateLimiterPostgres({
      storeClient: pool,
      // Told, since a bundle may call the class otherwise.
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix: name,
      points,
      duration: seconds,
      insuranceLimiter: new RateLimiterMemory({ points, duration: seconds }),
    })
}
