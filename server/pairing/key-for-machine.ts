import { newestKeyOf } from '../../store/keys.ts'
import type { Tx } from '../../store/open.ts'
import type { OwnerId } from '../../store/schema.ts'
import { endOfKey } from '../keys/key-row.ts'
import { type MadeKey, makeKey, type Making } from '../keys/make-key.ts'

/** How long the key of before still holds: it may be in use by a sync that runs right now. */
const GRACE_MS = 60 * 60_000

/** A key for a machine alone. One that it had before ends an hour after this one is first used. */
export async function keyForMachine(
  tx: Tx,
  { owner, machine, hostname }: { readonly owner: OwnerId; readonly machine: string; readonly hostname: string },
  making: Making,
): Promise<MadeKey> {
  const before = await newestKeyOf(tx, owner, machine)
  const holds = before !== undefined && endOfKey(before, making.now) === undefined
  const replaces = holds ? { replaces: { key: before, grace_ms: GRACE_MS } } : {}
  return makeKey(tx, { kind: 'machine', owner, machine, label: hostname, ...replaces }, making)
}
