import { codeIn, shownCode } from '../../api/pairing-code.ts'
import { inviteAnswer, inviteRequest, redeemRequest, tokenAnswer } from '../../api/pairing.ts'
import { Problem } from '../../core/problem.ts'
import { KEY_SCOPES } from '../../core/scope.ts'
import { writeDown } from '../../store/audit.ts'
import { findInvite, saveInvite, takeInvite } from '../../store/invites.ts'
import { transact } from '../../store/transact.ts'
import { addressGroup } from '../access/address-group.ts'
import { deedOf } from '../access/deed.ts'
import type { Limiter } from '../access/limits.ts'
import type { Endpoint, OpenEndpoint, ServerLedger } from '../endpoint.ts'
import { hashSecret } from '../secrets.ts'
import { readBody } from '../validation.ts'
import { PAIRING_LASTS_S } from './device.ts'
import { letInAgain } from '../machines/let-in-again.ts'
import { keyForMachine } from './key-for-machine.ts'
import { newCode } from './new-codes.ts'

/** A code with which one machine comes in, without being asked about: for who already sits at a place that may decide. */
export function makeInvite({ db, now, randomBytes }: ServerLedger, reachedAt: () => string | null): Endpoint {
  return {
    name: 'makeInvite',
    summary: 'Makes a code with which one machine may come in, within 15 minutes.',
    body: inviteRequest,
    answer: inviteAnswer,
    async handle({ caller, visit, readJson }) {
      const { label } = readBody(inviteRequest, await readJson())
      const [at, code] = [now(), newCode(randomBytes)]
      const invite = {
        code_hash: hashSecret(code),
        owner: caller.owner,
        label,
        expires_at: at + PAIRING_LASTS_S * 1000,
      }
      await transact(db, caller.owner, async (tx) => {
        await saveInvite(tx, invite, at)
        await writeDown(tx, deedOf(caller, visit, { at, action: 'invite.made', subject: '', detail: label }))
      })
      return { code: shownCode(code), expires_at: new Date(invite.expires_at).toISOString(), url: reachedAt() }
    },
  }
}

/** A machine comes in by an invite. Codes are short, so who guesses is stopped, and so are all who guess together. */
export function redeemInvite({ db, now, randomBytes }: ServerLedger, limits: Limiter): OpenEndpoint {
  return {
    name: 'redeemInvite',
    summary: 'A machine comes in by an invite, and gets its key.',
    body: redeemRequest,
    answer: tokenAnswer,
    problems: ['invalid-request', 'unauthenticated', 'forbidden', 'rate-limited'],
    async handle({ visit, readJson }) {
      const { code: typed, machine, hostname } = readBody(redeemRequest, await readJson())
      const code_hash = hashSecret(codeIn(typed) ?? '')
      const at = now()
      const found = await findInvite(db, code_hash, at)
      const mine = await limits.guess('wrong_codes_of_address', addressGroup(visit.address), () => found)
      const invite = await limits.guess('wrong_codes', 'server', () => mine)
      if (invite === undefined) throw wrongCode()
      const { owner } = invite
      const made = await transact(db, owner, async (tx) => {
        if (!(await takeInvite(tx, code_hash))) throw wrongCode()
        await letInAgain(tx, owner, machine, at)
        const { key, stored } = await keyForMachine(tx, { owner, machine, hostname }, { randomBytes, now: at })
        const caller = { id: stored.id, owner, scopes: KEY_SCOPES.machine }
        await writeDown(tx, deedOf(caller, visit, { at, action: 'invite.used', subject: machine, detail: hostname }))
        return { key, id: stored.id }
      })
      return {
        access_token: made.key,
        token_type: 'api-key',
        scope: KEY_SCOPES.machine.join(' '),
        key_id: made.id,
      }
    },
  }
}

function wrongCode(): Problem {
  return new Problem('unauthenticated', 'This code is not known here: it was used, or its 15 minutes are over.', {
    hint: 'Another one, on the server’s machine: forge invite',
  })
}
