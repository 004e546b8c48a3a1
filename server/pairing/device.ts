import { shownCode } from '../../api/pairing-code.ts'
import { deviceAnswer, deviceRequest } from '../../api/pairing.ts'
import { PAIR_PAGE } from '../../api/paths.ts'
import { Problem } from '../../core/problem.ts'
import { countWaiting, type Pairing, savePairing } from '../../store/pairings.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { transact } from '../../store/transact.ts'
import { addressGroup } from '../access/address-group.ts'
import type { Limiter } from '../access/limits.ts'
import { originOf } from '../access/visit.ts'
import type { OpenEndpoint, ServerLedger } from '../endpoint.ts'
import { hashSecret, newPublicId, newSecret } from '../secrets.ts'
import { newCode, newNumbers } from './new-codes.ts'

export const PAIRING_LASTS_S = 15 * 60
export const POLL_EVERY_S = 2
/** More machines than these do not ask at once; a flood of requests would hide them. */
const MOST_WAITING = 100

/** A machine asks to be let in: RFC 8628, 3.1. */
export function askToPair({ db, now, randomBytes }: ServerLedger, limits: Limiter): OpenEndpoint {
  return {
    name: 'askToPair',
    summary: 'A machine asks for a key: the device authorization request of RFC 8628, as a form.',
    form: deviceRequest,
    answer: deviceAnswer,
    problems: ['invalid-request', 'forbidden', 'rate-limited'],
    async handle({ visit, readForm }) {
      const { machine, hostname, system, client_version } = await readForm(deviceRequest)
      await limits.count('pairings', addressGroup(visit.address))
      const device_code = newSecret(randomBytes)
      const { shown, choices } = newNumbers(randomBytes)
      const at = now()
      const pairing: Pairing = {
        id: newPublicId(randomBytes),
        device_hash: hashSecret(device_code),
        code: newCode(randomBytes),
        owner: ONLY_OWNER,
        status: 'waiting',
        shown_number: shown,
        choices: choices.join(' '),
        machine,
        hostname,
        system,
        client_version,
        from_address: visit.address ?? '',
        created_at: at,
        expires_at: at + PAIRING_LASTS_S * 1000,
        interval_s: POLL_EVERY_S,
        last_polled: 0,
      }
      await transact(db, ONLY_OWNER, async (tx) => {
        if ((await countWaiting(tx, at)) >= MOST_WAITING) throw tooManyWaiting()
        await savePairing(tx, pairing)
      })
      const user_code = shownCode(pairing.code)
      const page = `${originOf(visit)}${PAIR_PAGE}`
      return {
        device_code,
        user_code,
        verification_uri: page,
        verification_uri_complete: `${page}?code=${user_code}`,
        expires_in: PAIRING_LASTS_S,
        interval: POLL_EVERY_S,
        match: shown,
      }
    },
  }
}

function tooManyWaiting(): Problem {
  return new Problem('rate-limited', 'Too many machines are waiting to be let in.', {
    hint: 'Decide on those that wait, or invite this one: forge invite',
    details: { retry_after_s: 60 },
  })
}
