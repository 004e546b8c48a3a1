import type { Db } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { ledgerId } from '../store/sequence.ts'
import { transact } from '../store/transact.ts'
import { newPublicId, type RandomBytes } from './secrets.ts'

/** The random id of a server's ledger, made once: a new server, or one that came back empty, has another one. */
export function serverId(db: Db, randomBytes: RandomBytes): Promise<string> {
  return transact(db, ONLY_OWNER, (tx) => ledgerId(tx, () => newPublicId(randomBytes)))
}
