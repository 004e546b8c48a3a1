import { newKeyAnswer, ownKeyAnswer, revokeAnswer, rotateRequest } from '../../api/keys.ts'
import { Problem } from '../../core/problem.ts'
import { writeDown } from '../../store/audit.ts'
import { findKey, revokeKey, type StoredKey } from '../../store/keys.ts'
import { transact } from '../../store/transact.ts'
import type { Caller } from '../access/caller.ts'
import { deedOf } from '../access/deed.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { readBody } from '../validation.ts'
import { keyRow } from './key-row.ts'
import { replaceKey } from './replace-key.ts'

/** What a key may ask about itself, whatever else it may do. */

export function getOwnKey(ledger: ServerLedger): Endpoint {
  return {
    name: 'getOwnKey',
    summary: 'The key that asks: what it may do, and for which machine.',
    answer: ownKeyAnswer,
    problems: ['not-found'],
    async handle({ caller }) {
      return keyRow(await storedKey(ledger, caller), ledger.now())
    },
  }
}

export function revokeOwnKey(ledger: ServerLedger): Endpoint {
  return {
    name: 'revokeOwnKey',
    summary: 'Ends the key that asks, for good: what a machine does that signs out.',
    answer: revokeAnswer,
    problems: ['not-found'],
    async handle({ caller, visit }) {
      const { id, label } = await storedKey(ledger, caller)
      const at = ledger.now()
      await transact(ledger.db, caller.owner, async (tx) => {
        await revokeKey(tx, caller.owner, id, at)
        await writeDown(tx, deedOf(caller, visit, { at, action: 'key.revoked', subject: id, detail: label }))
      })
      return { id, status: 'revoked' }
    },
  }
}

export function rotateOwnKey(ledger: ServerLedger): Endpoint {
  return {
    name: 'rotateOwnKey',
    summary: 'Makes a key to replace the one that asks.',
    body: rotateRequest,
    answer: newKeyAnswer,
    problems: ['not-found', 'invalid-request'],
    async handle({ caller, visit, readJson }) {
      const { grace_s } = readBody(rotateRequest, await readJson())
      return replaceKey(ledger, await storedKey(ledger, caller), { caller, visit, grace_s })
    },
  }
}

async function storedKey({ db }: ServerLedger, { id }: Caller): Promise<StoredKey> {
  const key = await findKey(db, id)
  if (key !== undefined) return key
  throw new Problem('not-found', 'The operator’s own key is not kept here: it is in the server’s environment.', {
    hint: 'To change it, set another FORGE_API_KEY and start the server again.',
  })
}
