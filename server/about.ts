import { type ServerAnswer, serverAnswer } from '../api/about-server.ts'
import { ledgerBytes } from '../store/backup.ts'
import { engineOf } from '../store/engine.ts'
import type { Db } from '../store/open.ts'
import type { Endpoint } from './endpoint.ts'

/** What a server is set to, without where it keeps anything. */
export function aboutServer(
  db: Db,
  settings: Omit<ServerAnswer, 'engine' | 'size_bytes' | 'url'>,
  reachedAt: () => string | null,
): Endpoint {
  return {
    name: 'server',
    summary: 'What this server is, what it is set to, and how large its ledger is.',
    answer: serverAnswer,
    async handle() {
      return { ...settings, url: reachedAt(), engine: engineOf(db), size_bytes: await ledgerBytes(db) }
    },
  }
}
