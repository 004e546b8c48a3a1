import { keysAnswer, newKeyAnswer, newKeyRequest, revokeAnswer, rotateRequest } from '../../api/keys.ts'
import { Problem } from '../../core/problem.ts'
import { writeDown } from '../../store/audit.ts'
import { findKey, keysOf, revokeKey, type StoredKey } from '../../store/keys.ts'
import type { Db, Tx } from '../../store/open.ts'
import type { OwnerId } from '../../store/schema.ts'
import { transact } from '../../store/transact.ts'
import { deedOf } from '../access/deed.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { readBody } from '../validation.ts'
import { keyRow } from './key-row.ts'
import { makeKey } from './make-key.ts'
import { replaceKey } from './replace-key.ts'

const DAY_MS = 86_400_000

export function listKeys({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listKeys',
    summary: 'Every key, also those that have ended, without the keys themselves.',
    answer: keysAnswer,
    async handle({ caller }) {
      return { keys: (await keysOf(db, caller.owner)).map((key) => keyRow(key, now())) }
    },
  }
}

export function addKey({ db, now, randomBytes }: ServerLedger): Endpoint {
  return {
    name: 'makeKey',
    summary: 'Makes a key, and shows it: this once.',
    body: newKeyRequest,
    answer: newKeyAnswer,
    async handle({ caller, visit, readJson }) {
      const { expires_in_days, ...given } = readBody(newKeyRequest, await readJson())
      const at = now()
      const wanted = {
        ...given,
        owner: caller.owner,
        expires_at: expires_in_days === undefined ? 0 : at + expires_in_days * DAY_MS,
      }
      const { key, stored } = await transact(db, caller.owner, async (tx) => {
        const made = await makeKey(tx, wanted, { randomBytes, now: at })
        const detail = `${given.kind} ${given.label}`.trim()
        await writeDown(tx, deedOf(caller, visit, { at, action: 'key.made', subject: made.stored.id, detail }))
        return made
      })
      return { ...keyRow(stored, at), key }
    },
  }
}

/** Ends a key for good: the next request with it is refused. Doing it again changes nothing. */
export function revokeOneKey({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'revokeKey',
    summary: 'Ends a key for good, and signs out the browsers that came by it.',
    answer: revokeAnswer,
    problems: ['not-found'],
    async handle({ caller, visit, param }) {
      const at = now()
      return transact(db, caller.owner, async (tx) => {
        const { id, label, revoked_at } = await getKey(tx, caller.owner, param('id'))
        if (revoked_at === 0) {
          await revokeKey(tx, caller.owner, id, at)
          await writeDown(tx, deedOf(caller, visit, { at, action: 'key.revoked', subject: id, detail: label }))
        }
        return { id, status: 'revoked' }
      })
    },
  }
}

export function rotateOneKey(ledger: ServerLedger): Endpoint {
  return {
    name: 'rotateKey',
    summary: 'Makes a key to replace another one, which holds on until the new one is used, and a while longer.',
    body: rotateRequest,
    answer: newKeyAnswer,
    problems: ['not-found', 'invalid-request'],
    async handle({ caller, visit, param, readJson }) {
      const { grace_s } = readBody(rotateRequest, await readJson())
      const key = await getKey(ledger.db, caller.owner, param('id'))
      return replaceKey(ledger, key, { caller, visit, grace_s })
    },
  }
}

async function getKey(db: Db | Tx, owner: OwnerId, id: string): Promise<StoredKey> {
  const key = await findKey(db, id)
  if (key !== undefined && key.owner === owner) return key
  throw new Problem('not-found', 'There is no key of this id.', { hint: 'All keys: GET /v1/keys' })
}
