import { codeIn } from '../../api/pairing-code.ts'
import {
  approveRequest,
  decisionAnswer,
  findPairingRequest,
  pairingAnswer,
  type PairingRow,
  pairingsAnswer,
} from '../../api/pairing.ts'
import { Problem } from '../../core/problem.ts'
import { writeDown } from '../../store/audit.ts'
import { findMachine } from '../../store/machines.ts'
import type { Db, Tx } from '../../store/open.ts'
import { findPairing, movePairing, type Pairing, waitingPairings } from '../../store/pairings.ts'
import type { OwnerId } from '../../store/schema.ts'
import { transact } from '../../store/transact.ts'
import { addressGroup } from '../access/address-group.ts'
import { deedOf } from '../access/deed.ts'
import type { Limiter } from '../access/limits.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { readBody } from '../validation.ts'

/** What who lets machines in sees and decides. */

export function listPairings({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listPairings',
    summary: 'The machines that wait to be let in.',
    answer: pairingsAnswer,
    async handle({ caller }) {
      const waiting = await waitingPairings(db, caller.owner, now())
      return { pairings: await Promise.all(waiting.map((pairing) => pairingRow(db, caller.owner, pairing))) }
    },
  }
}

export function findPairingByCode({ db, now }: ServerLedger, limits: Limiter): Endpoint {
  return {
    name: 'findPairing',
    summary: 'The machine whose terminal shows this code.',
    body: findPairingRequest,
    answer: pairingAnswer,
    problems: ['not-found'],
    async handle({ caller, visit, readJson }) {
      const code = codeIn(readBody(findPairingRequest, await readJson()).code)
      const pairing = code === undefined ? undefined : await findPairing(db, { code })
      const found = await limits.guess('wrong_codes_of_address', addressGroup(visit.address), () =>
        pairing !== undefined && isWaiting(pairing, now()) ? pairing : undefined,
      )
      if (found === undefined) throw noSuchPairing()
      return pairingRow(db, caller.owner, found)
    },
  }
}

/** Lets a machine in, if the number that its terminal shows is found among the three. A wrong one ends the request. */
export function approvePairing({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'approvePairing',
    summary: 'Lets a machine in; it then gets a key of its own. A wrong number turns the request down.',
    body: approveRequest,
    answer: decisionAnswer,
    problems: ['not-found', 'invalid-request'],
    async handle({ caller, visit, param, readJson }) {
      const { number } = readBody(approveRequest, await readJson())
      const at = now()
      const isRight = await transact(db, caller.owner, async (tx) => {
        const { id, shown_number, hostname } = await getWaiting(tx, param('id'), at)
        const right = number === shown_number
        await movePairing(tx, id, { from: 'waiting', to: right ? 'approved' : 'denied', owner: caller.owner })
        const action = right ? 'pairing.approved' : 'pairing.wrong-number'
        await writeDown(tx, deedOf(caller, visit, { at, action, subject: id, detail: hostname }))
        return right
      })
      if (isRight) return { id: param('id'), status: 'approved' }
      throw new Problem(
        'invalid-request',
        'The terminal of that machine shows another number. The request was turned down.',
        {
          hint: 'If it was yours, start again there: forge login',
        },
      )
    },
  }
}

export function denyPairing({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'denyPairing',
    summary: 'Turns a request down.',
    answer: decisionAnswer,
    problems: ['not-found'],
    async handle({ caller, visit, param }) {
      const at = now()
      return transact(db, caller.owner, async (tx) => {
        const { id, hostname } = await getWaiting(tx, param('id'), at)
        await movePairing(tx, id, { from: 'waiting', to: 'denied', owner: caller.owner })
        await writeDown(tx, deedOf(caller, visit, { at, action: 'pairing.denied', subject: id, detail: hostname }))
        return { id, status: 'denied' }
      })
    },
  }
}

async function getWaiting(tx: Tx, id: string, now: number): Promise<Pairing> {
  const pairing = await findPairing(tx, { id })
  if (pairing !== undefined && isWaiting(pairing, now)) return pairing
  throw noSuchPairing()
}

function isWaiting({ status, expires_at }: Pairing, now: number): boolean {
  return status === 'waiting' && expires_at > now
}

function noSuchPairing(): Problem {
  return new Problem('not-found', 'No machine is waiting with this code (any more).', {
    hint: 'A code holds for 15 minutes. A new one, on the machine: forge login',
  })
}

async function pairingRow(db: Db, owner: OwnerId, pairing: Pairing): Promise<PairingRow> {
  const { id, machine, hostname, system, client_version, from_address, created_at, expires_at, choices } = pairing
  const known = await findMachine(db, owner, machine)
  return {
    id,
    machine,
    hostname,
    system,
    client_version,
    from_address,
    known_as: known?.name ?? null,
    created_at: new Date(created_at).toISOString(),
    expires_at: new Date(expires_at).toISOString(),
    choices: choices.split(' '),
  }
}
