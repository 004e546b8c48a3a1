import { LIVE_PATH } from '../api/paths.ts'
import { askAgain } from './answers.ts'
import { urlOf } from './request.ts'
import { createStore } from './store.ts'

/** Is news heard of as it comes? */
export const connection = createStore<'live' | 'connecting' | 'offline'>('connecting')

/** Many machines may send at once; so often, at most, is everything asked anew. */
const PAUSE_MS = 1000
/** Where news does not come, it is looked for. */
const LOOK_MS = 60_000
/** A page that nobody sees lets go of its stream after so long: browsers have six connections to a server, of all tabs. */
const LET_GO_MS = 5000

/** Listens for news from the server, and looks for it where listening is not possible. Returns what stops it. */
export function listen(): () => void {
  let source: EventSource | undefined
  let pending: ReturnType<typeof setTimeout> | undefined
  let reconnect: ReturnType<typeof setTimeout> | undefined
  let letGo: ReturnType<typeof setTimeout> | undefined
  let known = ''
  const news = () => {
    pending ??= setTimeout(() => {
      pending = undefined
      askAgain()
    }, PAUSE_MS)
  }
  const connect = () => {
    source = new EventSource(urlOf(LIVE_PATH))
    source.addEventListener('version', (event: MessageEvent<string>) => {
      connection.set('live')
      // The first one tells where we are; after a lost connection it may tell that something was missed.
      if (known !== '' && known !== event.data) news()
      known = event.data
    })
    source.onerror = () => {
      connection.set(navigator.onLine ? 'connecting' : 'offline')
      // The browser goes on trying by itself, but not after an answer that is none (a proxy's page, a sign-out).
      if (source?.readyState === EventSource.CLOSED) reconnect = setTimeout(connect, LOOK_MS)
    }
  }
  const disconnect = () => {
    source?.close()
    source = undefined
    clearTimeout(reconnect)
  }
  const lookedAt = () => {
    clearTimeout(letGo)
    if (document.hidden) letGo = setTimeout(disconnect, LET_GO_MS)
    else if (source === undefined) connect()
  }
  const looking = setInterval(() => {
    if (connection.value !== 'live' && !document.hidden) askAgain()
  }, LOOK_MS)
  const backOnline = () => askAgain()
  const gone = () => connection.set('offline')
  connect()
  addEventListener('online', backOnline)
  addEventListener('offline', gone)
  document.addEventListener('visibilitychange', lookedAt)
  return () => {
    disconnect()
    clearTimeout(pending)
    clearTimeout(letGo)
    clearInterval(looking)
    removeEventListener('online', backOnline)
    removeEventListener('offline', gone)
    document.removeEventListener('visibilitychange', lookedAt)
  }
}
