import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { KEY_HEADER, SHARE_HEADER } from '../../api/paths.ts'
import { clientAddress } from '../client-address.ts'

/** What a request says of who sends it and over what, before any of it is believed. */
export interface Visit {
  readonly method: string
  /** The client's address; undefined for a request that was made in this process. */
  readonly address: string | undefined
  readonly is_https: boolean
  /** Name and port under which the client reached this server. */
  readonly host: string
  readonly key: string | undefined
  /** The secret of a read-only link. */
  readonly share: string | undefined
  readonly cookies: string | undefined
  /** The page that made the request, as its browser says it. */
  readonly origin: string | undefined
  readonly fetch_site: string | undefined
  readonly content_type: string | undefined
  readonly user_agent: string | undefined
}

/** What a proxy of our own says of the client is believed; from anyone else it is not looked at. */
export function visitOf(c: Context, isTrustedProxy: (address: string) => boolean): Visit {
  const header = (name: string) => c.req.header(name)
  const socket = socketAddress(c)
  const forwarded = (name: string) =>
    socket !== undefined && isTrustedProxy(socket) ? header(name)?.split(',').at(-1)?.trim() : undefined
  const origin = header('Origin')
  return {
    method: c.req.method,
    address: clientAddress(socket, header('X-Forwarded-For'), isTrustedProxy),
    // A browser names the scheme that it sees. Who makes one up deceives nobody but themselves: it only chooses the
    // kind of their cookie.
    is_https: forwarded('X-Forwarded-Proto') === 'https' || origin?.startsWith('https://') === true,
    host: (forwarded('X-Forwarded-Host') ?? header('Host') ?? '').toLowerCase(),
    key: header(KEY_HEADER),
    share: header(SHARE_HEADER),
    cookies: header('Cookie'),
    origin,
    fetch_site: header('Sec-Fetch-Site'),
    content_type: header('Content-Type'),
    user_agent: header('User-Agent'),
  }
}

/** The address under which the client reached this server, as far as it can be known. */
export function originOf({ is_https, host }: Visit): string {
  return `${is_https ? 'https' : 'http'}://${host}`
}

/**
 * Who can read along between browser and server: others on the way (`http`), or nobody. Browsers send `Sec-Fetch-Site`
 * only where nobody can, so it tells of a proxy with TLS that says nothing itself.
 */
export function transportOf({ is_https, fetch_site, host }: Visit): 'https' | 'loopback' | 'http' {
  if (is_https) return 'https'
  if (/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host)) return 'loopback'
  return fetch_site === undefined ? 'http' : 'https'
}

/** The address of the socket's other end: the one thing about itself that a client cannot make up. */
function socketAddress(c: Context): string | undefined {
  // Without a socket (a request made in this process) there are no bindings.
  const bindings = c.env as Partial<HttpBindings> | undefined
  return bindings?.incoming?.socket.remoteAddress
}
