import type { WithLocalKey } from '../client/administrator.ts'
import type { Surroundings } from '../client/surroundings.ts'

/** For commands of an administrator: a key for the server whose ledger lies on this machine. */
export function localKey(surroundings: Surroundings): WithLocalKey {
  return async (run) => {
    const { withLocalKey } = await import('../server/local-key.ts')
    return withLocalKey({}, surroundings, run)
  }
}
