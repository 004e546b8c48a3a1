import { fingerprintOf, type Prices } from '../store/reports/index.ts'
import { quarterOf } from '../store/rollup.ts'
import type { Db } from '../store/open.ts'
import type { OwnerId } from '../store/schema.ts'
import { dataVersion } from '../store/transact.ts'
import { sharedLook } from './shared-look.ts'

export interface VersionOptions {
  readonly db: Db
  readonly now: () => number
  readonly tz: string
  readonly version: string
  readonly prices: Prices
}

/**
 * All that the reports of an owner depend on: its data, prices and zone, the program, and the time by the quarter of an
 * hour, at which all days, hours, blocks and deadlines in them change. The same on every server of one database.
 */
export function reportVersions({ db, now, tz, version, prices }: VersionOptions): (owner: OwnerId) => Promise<string> {
  const program = `${version} ${tz} ${fingerprintOf(prices)}`
  const looks = new Map<OwnerId, () => Promise<number>>()
  return async (owner) => {
    let look = looks.get(owner)
    if (look === undefined) looks.set(owner, (look = sharedLook(() => dataVersion(db, owner))))
    return `${program} ${quarterOf(now())} ${await look()}`
  }
}
