import { connect } from '../api/client.ts'
import { Problem } from '../core/problem.ts'
import { readNote, writeNote } from '../store/notes.ts'
import type { Ledger } from '../store/open.ts'
import type { Surroundings } from './surroundings.ts'

/** Which server was behind a URL, so that one notices when it is another one, or came back empty. */
interface KnownServer {
  readonly url: string
  /** The random id of its ledger; undefined where it does not tell. */
  readonly server_id: string | undefined
}

export async function rememberServer({ db }: Ledger, server: KnownServer): Promise<void> {
  await db.transaction().execute((tx) => writeNote(tx, 'server', server))
}

/**
 * Says more of a refusal where the server turns out to be another one than the one that this machine joined: its key
 * is not known there, and would not be however often it is sent.
 */
export async function refusedBy(
  refusal: Problem,
  { ledger, url }: { readonly ledger: Ledger; readonly url: string },
  { fetch }: Surroundings,
): Promise<Problem> {
  if (refusal.code !== 'unauthenticated' || refusal.details['reason'] !== undefined) return refusal
  const known = await readNote<KnownServer>(ledger.db, 'server')
  if (known === undefined || known.url !== url || known.server_id === undefined) return refusal
  const now = await connect({ url }, { fetch })
    .health()
    .catch(() => undefined)
  if (now?.server === undefined || now.server === known.server_id) return refusal
  return new Problem(
    'unauthenticated',
    `The server at ${url} is another one than this machine joined, or it lost its data.`,
    {
      hint: `If that is right, join again: forge login ${url}\nEverything is kept here, and is sent again then.`,
      cause: refusal,
      details: { reason: 'another-server' },
    },
  )
}
