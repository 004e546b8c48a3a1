import type { Pool, PoolClient } from 'pg'
import type { OwnerId } from './schema.ts'

/** Under this name PostgreSQL passes on whose data were changed (transact.ts), with the commit that changed them. */
export const CHANGES_CHANNEL = 'forge_changes'

/** How long until a connection that broke is tried again. */
const AGAIN_MS = 1000

/** What other servers of the same database, and this one, have changed. */
export interface Changes {
  /** Whether changes are heard of now. What happens while they are not is not told later. */
  readonly isHeard: boolean
  /** Stops listening. */
  close(): Promise<void>
}

/** Listens on a connection of its own. `changed` is called with an owner, or without one where any may have changed. */
export function listenForChanges(pool: Pool, changed: (owner: OwnerId | undefined) => void): Changes {
  let client: PoolClient | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false
  const lost = () => {
    if (client === undefined || isClosed) return
    client.release(true)
    client = undefined
    tryAgain()
  }
  const tryAgain = () => {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(() => void (starting = start()), AGAIN_MS)
  }
  const start = async () => {
    try {
      const connected = await pool.connect()
      if (isClosed) return connected.release()
      connected.on('notification', ({ payload }) => changed(Number(payload)))
      connected.once('error', lost)
      connected.once('end', lost)
      client = connected
      await connected.query(`listen ${CHANGES_CHANNEL}`)
      changed(undefined)
    } catch {
      if (client === undefined) tryAgain()
      else lost()
    }
  }
  let starting = start()
  return {
    get isHeard() {
      return client !== undefined
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await starting
      client?.release(true)
      client = undefined
    },
  }
}
