import type { Server } from '../api/client.ts'
import { counted, fullCount } from '../core/format.ts'
import { waitingCount } from '../store/outbox.ts'
import { sync, type SyncContext, type Synced } from './sync.ts'
import { progress } from './terminal/progress.ts'

/** Below this it is over before anyone has read it. */
const WORTH_WATCHING = 5000

/** A {@link sync} that someone waits for: the first one of a year takes a while, and says how far it is. */
export async function syncWatched(
  context: SyncContext,
  server: Pick<Server, 'sync'>,
  { from_start = false }: { from_start?: boolean } = {},
): Promise<Synced> {
  const { ledger, surroundings, server_url } = context
  const line = progress(surroundings)
  const waiting = from_start ? Infinity : await waitingCount(ledger.db, server_url)
  const onSent = (sent: number) => {
    if (waiting < WORTH_WATCHING) return
    line.show(
      waiting === Infinity
        ? `Sent ${counted(sent, 'record')}`
        : `Sent ${fullCount(sent)} of ${counted(waiting, 'record')}`,
    )
  }
  try {
    return await sync(context, server, { from_start, onSent })
  } finally {
    line.end()
  }
}
