import { hash } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { KEY_HEADER } from '../api/paths.ts'
import { Problem } from '../core/problem.ts'
import type { Authenticate } from './authenticate.ts'
import { readJson } from './body.ts'
import { clientAddress } from './client-address.ts'
import type { Endpoint } from './endpoint.ts'
import { readQuery } from './validation.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As in OpenAPI: `/v1/machines/{hostname}`. */
  readonly path: string
  /** Who may call it: anyone, or whoever shows a valid key. */
  readonly policy: 'open' | 'key'
  readonly endpoint: Endpoint
}

/** What stands before every route that wants a key. */
export interface Gate {
  readonly authenticate: Authenticate
  readonly isTrustedProxy: (address: string) => boolean
}

/** What a request carries while it is answered. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    request_id: string
    /** The pattern of the route that was found. */
    route: string
    /** Why it was refused, or failed. */
    problem: Problem
  }
}

/**
 * Mounts routes: the only place that does, so that none is reached without its policy. Throws for a route without one.
 * Other methods of the same path are answered with 405 and what is possible.
 */
export function mountRoutes(
  app: Hono<ServerEnv>,
  routes: readonly Route[],
  { authenticate, isTrustedProxy }: Gate,
): void {
  for (const { method, path, policy, endpoint } of routes) {
    // Also for what the compiler did not see: whatever has no policy must not be served.
    if (policy !== 'open' && policy !== 'key') throw new Error(`${method} ${path} states no policy`)
    app.on(method, honoPath(path), async (c) => {
      c.set('route', path)
      if (policy === 'key') {
        const address = clientAddress(socketAddress(c), c.req.header('X-Forwarded-For'), isTrustedProxy)
        await authenticate(c.req.header(KEY_HEADER), address)
      }
      const answer = await endpoint.handle({
        query: endpoint.query === undefined ? {} : readQuery(endpoint.query, c.req.queries()),
        hostname: c.req.param('hostname') ?? '',
        readJson: () => readJson(c.req.raw),
      })
      const body = JSON.stringify(answer)
      const type = { 'Content-Type': 'application/json' }
      if (method !== 'GET' || policy === 'open') return c.body(body, 200, type)
      const etag = entityTag(body)
      const tags = { ETag: etag, 'Cache-Control': 'private, no-cache', Vary: KEY_HEADER }
      if (matches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, tags)
      return c.body(body, 200, { ...type, ...tags })
    })
  }
  for (const [path, sharing] of Map.groupBy(routes, (route) => route.path)) {
    const allow = sharing.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.all(honoPath(path), (c) => {
      c.set('route', path)
      throw methodNotAllowed(c, allow)
    })
  }
}

/** By the answer itself, so it cannot be stale; weak, since it may be compressed on its way. */
function entityTag(body: string): string {
  return `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`
}

/** RFC 9110, 13.1.2: compared weakly, and `*` is any answer at all. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const wanted = etag.replace(/^W\//, '')
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === wanted)
}

/** The address of the socket's other end: the one thing about itself that a client cannot make up. */
function socketAddress(c: Context<ServerEnv>): string | undefined {
  // Without a socket (a request made in this process) there are no bindings.
  const bindings = c.env as ServerEnv['Bindings'] | undefined
  return bindings?.incoming?.socket.remoteAddress
}

function methodNotAllowed(c: Context, allow: readonly string[]): Problem {
  return new Problem('invalid-request', `This path has no ${c.req.method}.`, {
    hint: `It has ${allow.join(', ')}.`,
    details: { allow },
  })
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
