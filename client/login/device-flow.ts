import type { HandedOut, Introduction, Newcomer } from '../../api/newcomer.ts'
import { PAIR_PAGE } from '../../api/paths.ts'
import { Problem } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Pending } from './pending.ts'

/** Asks to be let in. */
export async function startPairing(
  url: string,
  server: Newcomer,
  me: Introduction,
  { now }: Pick<Surroundings, 'now'>,
): Promise<Pending> {
  const { device_code, user_code, match, expires_in, interval } = await server.askToPair(me)
  return {
    url,
    device_code,
    user_code,
    match,
    expires_at: now() + expires_in * 1000,
    interval_s: Math.max(1, interval),
  }
}

/** The page on which it is decided, under the address by which this machine reaches the server. */
export function pairPage({ url, user_code }: Pending): { readonly plain: string; readonly complete: string } {
  return { plain: `${url}${PAIR_PAGE}`, complete: `${url}${PAIR_PAGE}?code=${encodeURIComponent(user_code)}` }
}

/** So much slower after the server asked for it: RFC 8628, 3.5. */
const SLOWER_S = 5

/**
 * Waits until someone has decided, and hands out the key. A server that is away for a while is asked again. Throws
 * `unauthenticated` when the request was turned down, or nobody decided in time.
 */
export async function untilDecided(
  { device_code, expires_at, interval_s }: Pending,
  server: Newcomer,
  { now, sleep }: Pick<Surroundings, 'now' | 'sleep'>,
  onWait: (left_ms: number) => void = () => undefined,
): Promise<HandedOut> {
  for (let every_s = interval_s; ;) {
    const left_ms = expires_at - now()
    if (left_ms <= 0) throw tooLate()
    onWait(left_ms)
    await sleep(Math.min(every_s * 1000, left_ms))
    const polled = await patiently(() => server.poll(device_code))
    if (polled === undefined) every_s = Math.min(30, every_s * 2)
    else if ('access_token' in polled) return polled
    else if (polled.error === 'slow_down') every_s += SLOWER_S
    else if (polled.error !== 'authorization_pending') throw endedBy(polled.error)
  }
}

/** Undefined where the server did not answer this time. */
async function patiently<T>(poll: () => Promise<T>): Promise<T | undefined> {
  try {
    return await poll()
  } catch (error) {
    const passes = error instanceof Problem && ['unreachable', 'unavailable', 'rate-limited'].includes(error.code)
    if (passes) return undefined
    throw error
  }
}

function endedBy(error: string): Problem {
  if (error === 'access_denied') {
    return new Problem('unauthenticated', 'The request was turned down.', { hint: 'Ask again: forge login' })
  }
  if (error === 'expired_token') return tooLate()
  return new Problem('unauthenticated', 'The server does not know this request any more.', {
    hint: 'Ask again: forge login',
  })
}

function tooLate(): Problem {
  return new Problem('unauthenticated', 'Nobody has approved it in time.', { hint: 'Ask again: forge login' })
}
