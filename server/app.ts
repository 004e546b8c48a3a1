import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { OPENAPI_PATH } from '../api/paths.ts'
import type { ProjectPrivacy } from '../api/project-names.ts'
import type { PriceBook } from '../core/prices/price-book.ts'
import { Problem } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import type { limiter, LimitName } from './access/limits.ts'
import type { Viewers } from './access/policy.ts'
import { type Dashboard, lostPage, mountDashboard } from './dashboard.ts'
import type { Live } from './live.ts'
import { type Logger, logRequest } from './log.ts'
import { problemOf, problemResponse } from './problem-response.ts'
import { mountRoutes, type ServerEnv } from './route.ts'
import { answering } from './routes.ts'
import { secured } from './secure-headers.ts'

export interface AppOptions {
  readonly db: Db
  readonly now: () => number
  /** Zone whose days are meant where a query names none. */
  readonly tz: string
  readonly version: string
  /** Random id of the ledger. */
  readonly server_id: string
  /** Where other machines reach it; null where it does not know, or only its own machine can. */
  readonly reachedAt?: () => string | null
  readonly log: Logger
  readonly randomBytes: (count: number) => Uint8Array
  /** What is really paid, besides the list prices. */
  readonly contract?: PriceBook | undefined
  /** What is kept of projects; their names by default. */
  readonly projects?: ProjectPrivacy | undefined
  /** A key of the operator's own, besides those in the ledger. */
  readonly api_key?: string | undefined
  /** How many of what may happen, where it is not the usual. */
  readonly limits?: Partial<Readonly<Record<LimitName, number>>>
  /** Where it is counted: in this process, unless several servers answer behind one address. */
  readonly counter?: Parameters<typeof limiter>[1]
  readonly isTrustedProxy?: (address: string) => boolean
  /** Who may look at reports: who is signed in, or anyone who reaches this server. */
  readonly viewers?: Viewers
  /** Tells browsers of changes. */
  readonly news?: Live
  /** The files of the web page. */
  readonly dashboard?: Dashboard | undefined
}

/** The server without its socket: requests in, answers out. Every failure is answered with a problem document. */
export function createApp(options: AppOptions, { admit, routes } = answering(options)): Hono<ServerEnv> {
  const { now, log, randomBytes, isTrustedProxy = () => false } = options
  const app = new Hono<ServerEnv>()
  app.use(async (c, next) => {
    const started = now()
    const id = Buffer.from(randomBytes(8)).toString('hex')
    c.set('request_id', id)
    await next()
    secured(c.res)
    const { method } = c.req
    logRequest(
      log,
      { id, method, route: c.get('route') ?? 'none', status: c.res.status, ms: now() - started },
      c.get('problem'),
    )
  })
  // Answers are a tenth as long this way; the dashboard's files bring their own (dashboard.ts).
  app.use(compress())
  app.notFound((c) => {
    const page = lostPage(options.dashboard, c.req)
    if (page !== undefined) return page
    return refuse(
      c,
      new Problem('not-found', 'There is nothing at this path.', { hint: `All paths: GET ${OPENAPI_PATH}` }),
    )
  })
  app.onError((error, c) => refuse(c, problemOf(error)))
  mountRoutes(app, routes, { admit, isTrustedProxy })
  if (options.dashboard !== undefined) mountDashboard(app, options.dashboard)
  return app
}

function refuse(c: Context<ServerEnv>, problem: Problem): Response {
  c.set('problem', problem)
  return problemResponse(problem, c.get('request_id'))
}
