import {
  shareEndedAnswer,
  shareMadeAnswer,
  type ShareRequest,
  shareRequest,
  type ShareRow,
  sharesAnswer,
  type ShareView,
} from '../../api/share.ts'
import { Problem } from '../../core/problem.ts'
import { endShare, saveShare, type Share, sharesOf } from '../../store/shares.ts'
import { transact } from '../../store/transact.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { hashSecret, newPublicId, newSecret, type RandomBytes } from '../secrets.ts'
import { readBody } from '../validation.ts'

/** A link that is not ended by hand ends by itself. */
const LONGEST_MS = 366 * 86_400_000

/** Makes a read-only link. Its secret is told this once; the server keeps its hash. */
export function makeShare({ db, now }: ServerLedger, randomBytes: RandomBytes): Endpoint {
  return {
    name: 'makeShare',
    summary: 'Makes a link with which anyone can look at a part of the usage, until it ends.',
    body: shareRequest,
    answer: shareMadeAnswer,
    problems: ['invalid-request'],
    async handle({ caller, readJson }) {
      const request = readBody(shareRequest, await readJson())
      const expires_at = Date.parse(request.ends_at)
      if (expires_at <= now() || expires_at > now() + LONGEST_MS) {
        throw new Problem('invalid-request', 'The end of a link must lie ahead, and within a year.', {
          details: { errors: [{ pointer: '/ends_at', detail: 'must lie ahead, and within a year' }] },
        })
      }
      const secret = newSecret(randomBytes)
      const share: Share = {
        id: newPublicId(randomBytes),
        hash: hashSecret(secret),
        owner: caller.owner,
        name: request.name,
        view: JSON.stringify(request.view),
        blocks: JSON.stringify(request.blocks),
        has_names: request.has_names ? 1 : 0,
        has_cost: request.has_cost ? 1 : 0,
        created_at: now(),
        last_used: 0,
        expires_at,
      }
      await transact(db, caller.owner, (tx) => saveShare(tx, share))
      return { share: rowOf(share), secret }
    },
  }
}

export function listShares({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listShares',
    summary: 'Every read-only link that still works.',
    answer: sharesAnswer,
    async handle({ caller }) {
      const all = await sharesOf(db, caller.owner)
      return { shares: all.filter(({ expires_at }) => expires_at > now()).map(rowOf) }
    },
  }
}

/** Ends a link at once. */
export function deleteShare({ db }: ServerLedger): Endpoint {
  return {
    name: 'endShare',
    summary: 'Ends a read-only link at once.',
    answer: shareEndedAnswer,
    problems: ['not-found'],
    async handle({ caller, param }) {
      if (await endShare(db, caller.owner, param('id'))) return { ended: 1 }
      throw new Problem('not-found', 'There is no link of this id.', { hint: 'All of them: GET /v1/shares' })
    },
  }
}

/** What a link shows, as it was asked for. */
export function requestOf(share: Share): ShareRequest {
  return {
    name: share.name,
    ends_at: new Date(share.expires_at).toISOString(),
    blocks: JSON.parse(share.blocks) as ShareRequest['blocks'],
    has_names: share.has_names === 1,
    has_cost: share.has_cost === 1,
    view: JSON.parse(share.view) as ShareView,
  }
}

function rowOf(share: Share): ShareRow {
  return {
    id: share.id,
    ...requestOf(share),
    created_at: new Date(share.created_at).toISOString(),
    last_used: share.last_used === 0 ? null : new Date(share.last_used).toISOString(),
  }
}
