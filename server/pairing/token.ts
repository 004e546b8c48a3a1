import type { z } from 'zod'
import { DEVICE_GRANT, type TokenError, tokenAnswer, tokenError, tokenRequest } from '../../api/pairing.ts'
import { KEY_SCOPES } from '../../core/scope.ts'
import { findPairing, movePairing, notePoll, type Pairing } from '../../store/pairings.ts'
import { transact } from '../../store/transact.ts'
import { addressGroup } from '../access/address-group.ts'
import type { Limiter } from '../access/limits.ts'
import type { OpenEndpoint, ServerLedger } from '../endpoint.ts'
import { hashSecret } from '../secrets.ts'
import { letInAgain } from '../machines/let-in-again.ts'
import { keyForMachine } from './key-for-machine.ts'

/** How much slower a machine has to ask each time that it asked too often: RFC 8628, 3.5. */
const SLOWER_S = 5

/** A machine asks whether it was let in, and gets its key once: RFC 8628, 3.4. */
export function handOutKey(ledger: ServerLedger, limits: Limiter): OpenEndpoint {
  return {
    name: 'handOutKey',
    summary: 'Has the machine been let in? Its key, once: the device access token request of RFC 8628, as a form.',
    form: tokenRequest,
    answer: tokenAnswer,
    refusal: tokenError,
    problems: ['forbidden', 'rate-limited'],
    async handle({ visit, readForm }) {
      await limits.count('polls', addressGroup(visit.address))
      const form = await readForm(tokenRequest).catch(() => undefined)
      if (form === undefined) return refusal('invalid_request', 'grant_type and device_code are needed, as a form.')
      if (form.grant_type !== DEVICE_GRANT) return refusal('unsupported_grant_type', `Only ${DEVICE_GRANT} is known.`)
      const pairing = await findPairing(ledger.db, { device_hash: hashSecret(form.device_code) })
      return pairing === undefined ? unknown() : answerFor(pairing, ledger)
    },
  }
}

async function answerFor(pairing: Pairing, ledger: ServerLedger): Promise<object | Response> {
  const at = ledger.now()
  switch (pairing.status) {
    case 'denied':
      return refusal('access_denied', 'The request was turned down.')
    case 'done':
      return unknown()
    default:
      if (pairing.expires_at <= at) return refusal('expired_token', 'Nobody has approved it in time. Start again.')
      return pairing.status === 'waiting' ? wait(pairing, ledger, at) : handOut(pairing, ledger, at)
  }
}

async function wait({ id, last_polled, interval_s }: Pairing, { db }: ServerLedger, at: number): Promise<Response> {
  const tooSoon = last_polled > 0 && at - last_polled < interval_s * 1000
  await notePoll(db, id, { at, interval_s: tooSoon ? interval_s + SLOWER_S : interval_s })
  return tooSoon
    ? refusal('slow_down', `Ask every ${interval_s + SLOWER_S} seconds at most.`)
    : refusal('authorization_pending', 'Nobody has approved it yet.')
}

/** Makes the key and hands it out, in one: of two that ask at once, one gets it. */
async function handOut(pairing: Pairing, ledger: ServerLedger, now: number): Promise<object | Response> {
  const { owner, machine, hostname, id } = pairing
  const made = await transact(ledger.db, owner, async (tx) => {
    if (!(await movePairing(tx, id, { from: 'approved', to: 'done' }))) return undefined
    await letInAgain(tx, owner, machine, now)
    return keyForMachine(tx, { owner, machine, hostname }, { randomBytes: ledger.randomBytes, now })
  })
  if (made === undefined) return unknown()
  const answer: z.output<typeof tokenAnswer> = {
    access_token: made.key,
    token_type: 'api-key',
    scope: KEY_SCOPES.machine.join(' '),
    key_id: made.stored.id,
  }
  return answer
}

/** Also for a code whose key was handed out already: it is worth nothing any more. */
function unknown(): Response {
  return refusal('invalid_grant', 'This device_code is not known, or was used already.')
}

function refusal(error: TokenError['error'], error_description: string): Response {
  const body: TokenError = { error, error_description }
  return new Response(JSON.stringify(body), { status: 400, headers: { 'Content-Type': 'application/json' } })
}
