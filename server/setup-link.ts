import { existsSync } from 'node:fs'
import { SETUP_PAGE } from '../api/paths.ts'
import { Problem } from '../core/problem.ts'
import { isPostgresUrl } from '../store/database-url.ts'
import { type Db, openServerLedger } from '../store/open.ts'
import { transact } from '../store/transact.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { saveSetupLink } from '../store/setup-links.ts'
import { signIns } from '../store/sign-ins.ts'
import { signedOutAt } from './access/browsers.ts'
import { serverConfig, type ServerFlags } from './config.ts'
import { hashSecret, newSecret, type RandomBytes } from './secrets.ts'
import type { ServerSurroundings } from './serve.ts'
import { localUrl } from './start-text.ts'

export const SETUP_LINK_LASTS_MS = 15 * 60_000

/**
 * A link with which one browser can sign in, once, within 15 minutes. Its secret stands after the `#`: a browser sends
 * that nowhere, so it is in no log and no `Referer`. Kept is its hash.
 */
export async function makeSetupLink(
  db: Db,
  url: string,
  { randomBytes, now }: { randomBytes: RandomBytes; now: number },
): Promise<string> {
  const secret = newSecret(randomBytes)
  const link = { hash: hashSecret(secret), owner: ONLY_OWNER, expires_at: now + SETUP_LINK_LASTS_MS }
  await transact(db, ONLY_OWNER, (tx) => saveSetupLink(tx, { ...link, now }))
  return `${url}${SETUP_PAGE}#${secret}`
}

/** Is there a browser that could do what a setup link is for? */
export async function isAnyoneSignedIn(db: Db, now: number): Promise<boolean> {
  return (await signIns(db, ONLY_OWNER)).some((signIn) => signedOutAt(signIn) > now)
}

/** `forge setup-link`: makes one on the server's machine, whether the server runs or not. */
export async function setupLink(
  flags: ServerFlags,
  surroundings: Pick<ServerSurroundings, 'env' | 'home' | 'randomBytes' | 'now'>,
): Promise<string> {
  const { data, database, public_url, host, port } = serverConfig(flags, surroundings)
  if (!isPostgresUrl(database) && !existsSync(database)) {
    throw new Problem('not-found', `There is no server's ledger in ${data}.`, {
      hint: 'Start the server first (forge serve), or name its folder: forge setup-link --data FOLDER',
    })
  }
  const ledger = await openServerLedger(database)
  try {
    return await makeSetupLink(ledger.db, public_url ?? localUrl(host, port), {
      randomBytes: surroundings.randomBytes,
      now: surroundings.now(),
    })
  } finally {
    await ledger.close()
  }
}
