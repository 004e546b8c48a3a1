import { SHARE_HEADER } from '../../api/paths.ts'
import { type SharedAnswer, sharedAnswer } from '../../api/share.ts'
import { localDay } from '../../core/calendar.ts'
import { daysOf, suitableEvery } from '../../core/presets.ts'
import type { Reports } from '../../core/report-specs.ts'
import type { Share } from '../../store/shares.ts'
import type { OwnerId } from '../../store/schema.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { reducedOverview } from './reduced.ts'
import { requestOf } from './shares.ts'

/** What a read-only link shows. Its secret comes in a header, so that it stands in no log of anyone's. */
export function shared(
  { now }: ServerLedger,
  reportsOf: (owner: OwnerId) => Reports,
  versionOf: (owner: OwnerId) => Promise<string>,
): Endpoint {
  return {
    name: 'shared',
    summary: `What a read-only link shows; its secret comes in the header \`${SHARE_HEADER}\`.`,
    answer: sharedAnswer,
    version: ({ caller }) => versionOf(caller.owner),
    async handle({ caller: { share, owner } }) {
      if (share === undefined) throw new Error('let in without a link')
      return answer(share, reportsOf(owner), now())
    },
  }
}

async function answer(share: Share, reports: Reports, now: number): Promise<SharedAnswer> {
  const request = requestOf(share)
  const { range, by, metric, tz, filters } = request.view
  const days = daysOf(range, localDay(now, tz))
  const chosen = Object.fromEntries(Object.entries(filters).filter(([, names]) => names.length > 0))
  const overview = await reports.overview({ ...days, tz, by, every: suitableEvery(days, false), ...chosen })
  return {
    name: request.name,
    ends_at: request.ends_at,
    blocks: request.blocks,
    has_cost: request.has_cost,
    view: { range, by, metric: metric === 'cost' && !request.has_cost ? 'tokens' : metric, tz },
    overview: reducedOverview(overview, request),
  }
}
