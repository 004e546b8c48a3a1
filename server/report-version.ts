import { fingerprintOf, type Prices } from '../store/reports/index.ts'
import { quarterOf } from '../store/rollup.ts'
import type { Db } from '../store/open.ts'
import type { OwnerId } from '../store/schema.ts'
import { dataVersion } from '../store/transact.ts'
import { sharedLooks } from './shared-looks.ts'

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
  const versionOf = sharedLooks((owner: OwnerId) => dataVersion(db, owner))
  return async (owner) => `${program} ${quarterOf(now())} ${await versionOf(owner)}`
}
