import { isPlausible, type LimitSample } from '../core/limits.ts'
import { insertRows } from './bulk.ts'
import { internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'
import { type Position, takePlaces } from './sequence.ts'

/** What Claude Code told of plan limits, on whichever machine. */

export interface LoggedLimit extends LimitSample {
  readonly seq: Position
}

/** Older samples say nothing any more; the longest window is a week, and people look back two. */
const KEPT_MS = 35 * 86_400_000

/**
 * Records samples, each at the next place of the ledger. One that is there already changes nothing, one that cannot be
 * true is passed over, and none is from later than now, so that a clock that is ahead does not win for ever.
 */
export async function recordLimits(
  tx: Tx,
  owner: OwnerId,
  samples: readonly LimitSample[],
  now: number,
): Promise<void> {
  const sane = samples
    .map((sample) => ({ ...sample, seen_at: Math.min(sample.seen_at, now) }))
    .filter((sample) => isPlausible(sample) && sample.seen_at > now - KEPT_MS)
  if (sane.length === 0) return
  const names = await internNames(
    tx,
    sane.flatMap(({ account, machine }) => [account, machine]),
  )
  let seq = await takePlaces(tx, sane.length)
  const rows = sane.map(({ account, window, used_percent, resets_at, seen_at, machine }) => ({
    owner,
    account: names.get(account) as NameId,
    window,
    machine: names.get(machine) as NameId,
    seen_at,
    used_hundredths: Math.round(used_percent * 100),
    resets_at,
    seq: ++seq,
  }))
  await insertRows(tx, 'limit_sample', rows, { or: 'ignore' })
  await tx
    .deleteFrom('limit_sample')
    .where('owner', '=', owner)
    .where('seen_at', '<=', now - KEPT_MS)
    .execute()
}

/** Samples of windows that reset after an instant, in no order. */
export async function limitsSince(db: Db | Tx, owner: OwnerId, since: number): Promise<LimitSample[]> {
  const rows = await samples(db, owner).where('s.resets_at', '>', since).execute()
  return rows.map(sampleOf)
}

/** The next `limit` samples after a position, in the ledger's order. */
export async function limitsAfter(db: Db | Tx, owner: OwnerId, after: Position, limit: number): Promise<LoggedLimit[]> {
  const rows = await samples(db, owner).where('s.seq', '>', after).orderBy('s.seq').limit(limit).execute()
  return rows.map((row) => ({ ...sampleOf(row), seq: row.seq }))
}

function samples(db: Db | Tx, owner: OwnerId) {
  return db
    .selectFrom('limit_sample as s')
    .innerJoin('name as a', 'a.id', 's.account')
    .innerJoin('name as m', 'm.id', 's.machine')
    .select([
      'a.value as account',
      's.window',
      'm.value as machine',
      's.seen_at',
      's.used_hundredths',
      's.resets_at',
      's.seq',
    ])
    .where('s.owner', '=', owner)
}

function sampleOf(row: Omit<LimitSample, 'used_percent'> & { readonly used_hundredths: number }): LimitSample {
  const { account, window, machine, seen_at, resets_at, used_hundredths } = row
  return { account, window, machine, seen_at, resets_at, used_percent: used_hundredths / 100 }
}
