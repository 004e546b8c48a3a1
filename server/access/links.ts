import { Problem } from '../../core/problem.ts'
import type { Db } from '../../store/open.ts'
import { findShare, noteShareUse } from '../../store/shares.ts'
import { hashSecret } from '../secrets.ts'
import { addressGroup } from './address-group.ts'
import type { Caller } from './caller.ts'
import { USE_IS_NOTED_EVERY_MS } from './keyring.ts'
import type { Limiter } from './limits.ts'

/** The one place that says whether a read-only link holds. */
export interface Links {
  /** Whoever follows a link. Throws `unauthenticated` and `rate-limited`. */
  callerOf(secret: string | undefined, address: string | undefined): Promise<Caller>
}

export interface LinksOptions {
  readonly db: Db
  readonly now: () => number
  readonly limits: Limiter
}

export function links({ db, now, limits }: LinksOptions): Links {
  return {
    async callerOf(secret, address) {
      const found = await findShare(db, hashSecret(secret ?? ''))
      const share = await limits.guess('wrong_links', addressGroup(address), () => found)
      if (share === undefined || share.expires_at <= now()) throw over()
      await limits.count('requests', share.id)
      if (now() - share.last_used >= USE_IS_NOTED_EVERY_MS) {
        await noteShareUse(db, share.id, now()).catch(() => undefined)
      }
      return { id: share.id, owner: share.owner, scopes: [], share }
    },
  }
}

/** The same for a link that was ended, is over, or never was: who guesses learns nothing. */
function over(): Problem {
  return new Problem('unauthenticated', 'This link does not work any more.', {
    hint: 'Ask whoever gave it to you for another one.',
  })
}
