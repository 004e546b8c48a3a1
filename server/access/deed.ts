import type { Deed } from '../../store/audit.ts'
import type { Caller } from './caller.ts'
import type { Visit } from './visit.ts'

/** What a caller does, as it is written down. */
export function deedOf(
  { owner, id, signIn }: Caller,
  { address = '' }: Visit,
  done: Pick<Deed, 'at' | 'action' | 'subject'> & { readonly detail?: string },
): Deed {
  const actor = `${signIn === undefined ? 'key' : 'browser'} ${id}`
  return { owner, actor, from_address: address, detail: '', ...done }
}
