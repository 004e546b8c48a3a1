import { parse, serialize } from 'hono/utils/cookie'

/**
 * The cookie of a browser that is signed in. Over https its name makes the browser hold that it came from this very
 * host, over https; over plain http no such promise is possible, and the name does not make it.
 */
export const COOKIE_NAMES = { https: '__Host-forge', http: 'forge' } as const

export interface Cookie {
  readonly value: string
  /** Whether it is sent over https only. */
  readonly is_secure: boolean
}

export function setCookie({ value, is_secure }: Cookie, lasts_ms: number): string {
  return serialize(is_secure ? COOKIE_NAMES.https : COOKIE_NAMES.http, value, {
    path: '/',
    httpOnly: true,
    // Pages need no cookie, only what they ask for: so a link from elsewhere works, and nothing else from there does.
    sameSite: 'Strict',
    secure: is_secure,
    maxAge: Math.floor(lasts_ms / 1000),
  } as never)
}

/** Headers that make a browser forget both. */
export function clearedCookies(): string[] {
  return [true, false].map((is_secure) => setCookie({ value: '', is_secure }, 0))
}

/** The cookie that came with a request; of both, the one that promises more. */
export function cookieIn(header: string | undefined): Cookie | undefined {
  if (header === undefined) return undefined
  const { [COOKIE_NAMES.https]: secure, [COOKIE_NAMES.http]: plain } = parse(header)
  if (secure !== undefined) return { value: secure, is_secure: true }
  return plain === undefined ? undefined : { value: plain, is_secure: false }
}
