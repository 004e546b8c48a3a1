import type { newKeyAnswer } from '../../api/keys.ts'
import type { z } from 'zod'
import { Problem } from '../../core/problem.ts'
import { isKeyKind } from '../../core/scope.ts'
import { writeDown } from '../../store/audit.ts'
import type { StoredKey } from '../../store/keys.ts'
import { transact } from '../../store/transact.ts'
import type { Caller } from '../access/caller.ts'
import { deedOf } from '../access/deed.ts'
import type { Visit } from '../access/visit.ts'
import type { ServerLedger } from '../endpoint.ts'
import { endOfKey, keyRow } from './key-row.ts'
import { makeKey } from './make-key.ts'

/**
 * Makes a key to replace another one. The old one holds until the new one is used for the first time, and so much
 * longer: who could not keep the new one is not shut out.
 */
export async function replaceKey(
  { db, now, randomBytes }: ServerLedger,
  old: StoredKey,
  { caller, visit, grace_s }: { readonly caller: Caller; readonly visit: Visit; readonly grace_s: number },
): Promise<z.output<typeof newKeyAnswer>> {
  const at = now()
  if (endOfKey(old, at) !== undefined || !isKeyKind(old.scope)) {
    throw new Problem('invalid-request', 'This key has ended; there is nothing to replace.', {
      hint: 'Make a new one: POST /v1/keys',
    })
  }
  const { owner, scope: kind, label, machine, expires_at, machine_group: group, is_ephemeral } = old
  const replaces = { key: old, grace_ms: grace_s * 1000 }
  return transact(db, owner, async (tx) => {
    const wanted = { kind, owner, label, machine, expires_at, replaces, group, is_ephemeral: is_ephemeral === 1 }
    const { key, stored } = await makeKey(tx, wanted, { randomBytes, now: at })
    await writeDown(tx, deedOf(caller, visit, { at, action: 'key.rotated', subject: old.id, detail: stored.id }))
    return { ...keyRow(stored, at), key }
  })
}
