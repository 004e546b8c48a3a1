import { askAgain } from './answers.ts'
import { createStore } from './store.ts'

const MINUTE_MS = 60_000
/** At most so often does an answer change without any news: days, hours, blocks and deadlines begin and end with them. */
const QUARTER_MS = 15 * MINUTE_MS

/** The minute that it is, in milliseconds since 1970: to the minute, so that what depends on it is not drawn for nothing. */
export const minute = createStore(0)

/** Keeps {@link minute} right, also after a sleep, and asks anew at each quarter of an hour while someone looks. */
export function startClock(now: () => number): void {
  let quarter = Math.floor(now() / QUARTER_MS)
  const look = () => {
    minute.set(Math.floor(now() / MINUTE_MS) * MINUTE_MS)
    if (document.hidden || Math.floor(now() / QUARTER_MS) === quarter) return
    quarter = Math.floor(now() / QUARTER_MS)
    askAgain()
  }
  const tick = () => {
    look()
    setTimeout(tick, MINUTE_MS - (now() % MINUTE_MS) + 10)
  }
  tick()
  document.addEventListener('visibilitychange', look)
}
