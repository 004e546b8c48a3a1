import type { Pool } from 'pg'
import { listenForChanges } from '../store/changes.ts'
import type { Db } from '../store/open.ts'
import type { OwnerId } from '../store/schema.ts'
import { dataVersion } from '../store/transact.ts'
import type { Endpoint } from './endpoint.ts'

/** Who wants to hear of changes, and how. The version of the data is all that is told: what changed is asked for. */
export interface Live {
  /** Calls `tell` with the present version, and with each one after it. Returns what stops it. */
  listen(owner: OwnerId, tell: (version: number) => void, end: () => void): () => void
  /** Ends all listening, so that a server can stop. */
  close(): Promise<void>
}

/** How often the ledger is looked at while someone listens: where the database tells of changes, and where it does not. */
const LOOK_MS = { told: 15_000, untold: 1000 }

export interface NewsOptions {
  /** Connections to PostgreSQL. */
  readonly pool?: Pool | undefined
  readonly look_ms?: { readonly told: number; readonly untold: number }
}

interface Listener {
  readonly owner: OwnerId
  readonly tell: (version: number) => void
  readonly end: () => void
  known: number | undefined
}

/**
 * News of a ledger. Other servers may write to it, too, so it is what tells: PostgreSQL by itself, over `pool`; a file
 * when it is looked at.
 */
export function liveNews(db: Db, { pool, look_ms = LOOK_MS }: NewsOptions = {}): Live {
  const listeners = new Set<Listener>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (changed?: OwnerId) => {
    for (const [owner, sharing] of Map.groupBy(listeners, (listener) => listener.owner)) {
      if (changed !== undefined && owner !== changed) continue
      // A ledger that is busy or gone tells nothing now; who asks it for more hears why.
      const version = await dataVersion(db, owner).catch(() => undefined)
      if (version === undefined) continue
      for (const listener of sharing) {
        // It may have gone while the ledger was looked at.
        if (listeners.has(listener)) tellNews(listener, version)
      }
    }
  }
  const changes = pool && listenForChanges(pool, (owner) => void look(owner))
  const lookAgain = () => {
    const wait_ms = changes?.isHeard ? look_ms.told : look_ms.untold
    timer = listeners.size === 0 ? undefined : setTimeout(() => void look().finally(lookAgain), wait_ms)
  }
  return {
    listen(owner, tell, end) {
      const listener = { owner, tell, end, known: undefined }
      listeners.add(listener)
      void look()
      if (timer === undefined) lookAgain()
      return () => void listeners.delete(listener)
    },
    async close() {
      clearTimeout(timer)
      for (const { end } of listeners) end()
      listeners.clear()
      await changes?.close()
    },
  }
}

function tellNews(listener: Listener, version: number): void {
  if (listener.known === version) return
  listener.known = version
  listener.tell(version)
}

/** Keeps proxies from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 25_000
/** Then the browser comes again by itself, and has to be signed in still. */
const LONGEST_MS = 15 * 60_000

/** Server-sent events: `version`, at once and whenever the ledger has changed. */
export function live(news: Live): Endpoint {
  return {
    name: 'live',
    summary: 'Server-sent events: `version`, at once and whenever reports may say something else.',
    async handle({ caller }) {
      return new Response(versions(news, caller.owner), {
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
      })
    },
  }
}

function versions(news: Live, owner: OwnerId): ReadableStream<Uint8Array> {
  const text = new TextEncoder()
  let stop = () => {}
  let isStarted = false
  let isOver = false
  const source: ConstructorParameters<typeof ReadableStream<Uint8Array>>[0] = {
    // Only once someone reads: what is answered to a HEAD nobody does.
    pull(controller) {
      if (isStarted) return
      isStarted = true
      const say = (line: string) => {
        if (!isOver) controller.enqueue(text.encode(line))
      }
      const close = () => {
        if (isOver) return
        stop()
        controller.close()
      }
      const heartbeat = setInterval(() => say(': still here\n\n'), HEARTBEAT_MS)
      const longest = setTimeout(close, LONGEST_MS)
      const unlisten = news.listen(owner, (version) => say(`event: version\ndata: ${version}\n\n`), close)
      stop = () => {
        isOver = true
        clearInterval(heartbeat)
        clearTimeout(longest)
        unlisten()
      }
      say('retry: 3000\n\n')
    },
    cancel: () => stop(),
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}
