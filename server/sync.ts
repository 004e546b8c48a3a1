import { z } from 'zod'
import { syncAnswer1, syncAnswer2, syncRequest1, syncRequest2 } from '../api/contract.ts'
import { Problem } from '../core/problem.ts'
import type { OwnerId } from '../store/schema.ts'
import { Turns } from '../store/turns.ts'
import type { Endpoint, ServerLedger } from './endpoint.ts'
import { receive1 } from './protocol-1.ts'
import { receive2 } from './protocol-2.ts'
import { readBody } from './validation.ts'

/** Takes what machines send. Each request is recorded whole and answered once it is on disk, or nothing of it is. */
export function sync(ledger: ServerLedger): Endpoint {
  const turnsByOwner = new Map<OwnerId, Turns>()
  const turnsOf = (owner: OwnerId) => {
    let turns = turnsByOwner.get(owner)
    if (turns === undefined) turnsByOwner.set(owner, (turns = new Turns(ledger.db, owner)))
    return turns
  }
  return {
    name: 'sync',
    summary: 'Takes a batch of events and day figures (protocol 2), or day figures of an original client (protocol 1).',
    body: z.union([syncRequest2, syncRequest1]),
    answer: z.union([syncAnswer2, syncAnswer1]),
    problems: [
      'invalid-request',
      'unsupported-protocol',
      'machine-erased',
      'position-mismatch',
      'too-large',
      'unsupported-encoding',
      'storage',
    ],
    async handle({ caller, readJson }) {
      const { owner } = caller
      const body = await readJson()
      switch (protocolVersion(body)) {
        case 2:
          return receive2({ ...ledger, turns: turnsOf(owner) }, caller, readBody(syncRequest2, body))
        case 1:
          return receive1(ledger, caller, readBody(syncRequest1, body))
        default:
          throw new Problem('unsupported-protocol', 'This server speaks protocol_version 2 and 1.', {
            hint: 'Update claudeforge on the machine that sends, or on this server.',
            details: { supported: [2, 1] },
          })
      }
    },
  }
}

function protocolVersion(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'protocol_version' in body ? body.protocol_version : undefined
}
