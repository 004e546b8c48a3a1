import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { healthAnswer } from '../api/contract.ts'
import { HEALTH_PATH } from '../api/paths.ts'
import { Problem } from '../core/problem.ts'
import { problemResponse } from './problem-response.ts'
import type { ServerEnv } from './route.ts'
import { secured } from './secure-headers.ts'
import { localUrl } from './start-text.ts'

/** How long a client may take, and how many may be connected, so that slow ones cannot use up the server. */
export interface ConnectionLimits {
  readonly headers_ms: number
  readonly request_ms: number
  readonly check_every_ms: number
  readonly connections: number
}

const CONNECTION_LIMITS: ConnectionLimits = {
  headers_ms: 10_000,
  request_ms: 30_000,
  // Node looks for slow clients only so often, half a minute by default.
  check_every_ms: 2000,
  connections: 512,
}

export interface ListeningAt {
  readonly host: string
  readonly port: number
  readonly limits?: Partial<ConnectionLimits>
}

/** Opens the server's socket. Throws `cannot-start` when the port is taken or cannot be had. */
export async function listen(
  app: Hono<ServerEnv>,
  { host, port, limits }: ListeningAt,
  fetch: typeof globalThis.fetch,
): Promise<{ server: Server; port: number }> {
  const { headers_ms, request_ms, check_every_ms, connections } = { ...CONNECTION_LIMITS, ...limits }
  const respond = getRequestListener(app.fetch, {
    hostname: 'localhost',
    overrideGlobalObjects: false,
    errorHandler: refuseRequest,
  })
  const server = createServer(
    { headersTimeout: headers_ms, requestTimeout: request_ms, connectionsCheckingInterval: check_every_ms },
    (request, response) => void respond(request, response),
  )
  server.maxConnections = connections
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, resolve)
    })
  } catch (cause) {
    throw await listeningProblem(cause, { host, port }, fetch)
  }
  return { server, port: (server.address() as AddressInfo).port }
}

/** Lets requests in flight finish, for at most `grace_ms`; then cuts them off. */
export async function stopListening(server: Server, grace_ms = 5000): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), grace_ms)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(cut)
}

/** For what is no proper request, such as a host that is no host: it never reaches a route. */
function refuseRequest(): Response {
  const problem = new Problem('invalid-request', 'This is not a valid HTTP request.', {
    hint: 'Check its URL and host.',
  })
  return secured(problemResponse(problem, ''))
}

async function listeningProblem(
  cause: unknown,
  { host, port }: ListeningAt,
  fetch: typeof globalThis.fetch,
): Promise<Problem> {
  const { code } = cause as { code?: unknown }
  const other = `forge serve --port ${port < 65_535 ? port + 1 : port - 1}`
  if (code === 'EADDRINUSE') {
    const url = localUrl(host, port)
    const version = await claudeforgeAt(url, fetch)
    return version === undefined
      ? new Problem('cannot-start', `Port ${port} is taken by another program.`, {
          hint: `Another port: ${other}`,
          cause,
        })
      : new Problem('cannot-start', `Port ${port} is taken by claudeforge itself (version ${version}).`, {
          hint: `It is at ${url}. Another port: ${other}`,
          cause,
        })
  }
  if (code === 'EACCES') {
    return new Problem('cannot-start', `Port ${port} may not be used by this user.`, {
      hint: 'Ports below 1024 are reserved. Another port: forge serve --port 8420',
      cause,
    })
  }
  return new Problem('cannot-start', `Cannot listen on ${host} port ${port} (${String(code)}).`, {
    hint: 'Give an address of this machine: forge serve --host 127.0.0.1',
    cause,
  })
}

/** The version of the claudeforge server at an address, or undefined where something else is. */
async function claudeforgeAt(url: string, fetch: typeof globalThis.fetch): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}${HEALTH_PATH}`, { signal: AbortSignal.timeout(1000), redirect: 'manual' })
    return healthAnswer.parse(await response.json()).version
  } catch {
    return undefined
  }
}
