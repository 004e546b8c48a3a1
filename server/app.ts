import { type Context, Hono } from 'hono'
import { HEALTH_PATH, MACHINES_PATH, OPENAPI_PATH, reportPath, SYNC_PATH } from '../api/paths.ts'
import type { ProjectPrivacy } from '../api/project-names.ts'
import { listPrices, type PriceBook } from '../core/prices/price-book.ts'
import { Problem } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { authenticator, RATE_LIMITS, type RateLimits } from './authenticate.ts'
import { health } from './health.ts'
import { type Logger, logRequest } from './log.ts'
import { deleteMachine, reactivateMachine } from './machines.ts'
import { openApi } from './openapi.ts'
import { problemOf, problemResponse } from './problem-response.ts'
import { reportEndpoints } from './reports.ts'
import { mountRoutes, type Route, type ServerEnv } from './route.ts'
import { secured } from './secure-headers.ts'
import { sync } from './sync.ts'

export interface AppOptions {
  readonly db: Db
  readonly now: () => number
  /** Zone whose days are meant where a query names none. */
  readonly tz: string
  readonly version: string
  readonly log: Logger
  readonly randomBytes: (count: number) => Uint8Array
  /** What is really paid, besides the list prices. */
  readonly contract?: PriceBook | undefined
  /** What is kept of projects; their names by default. */
  readonly projects?: ProjectPrivacy | undefined
  /** A key of the operator's own, besides those in the ledger. */
  readonly api_key?: string | undefined
  readonly limits?: Partial<RateLimits>
  readonly isTrustedProxy?: (address: string) => boolean
}

const ALL_NAMES: ProjectPrivacy = { level: 'names', secret: '' }

/** Everything that a server answers. */
export function serverRoutes({
  db,
  now,
  tz,
  version,
  projects = ALL_NAMES,
  contract,
}: Pick<AppOptions, 'db' | 'now' | 'tz' | 'version' | 'projects' | 'contract'>): Route[] {
  const ledger = { db, owner: ONLY_OWNER, now, projects }
  const reports = reportEndpoints(
    ledgerReports({ db, owner: ONLY_OWNER, now, tz, prices: { list: listPrices(), contract } }),
  )
  const machine = `${MACHINES_PATH}/{hostname}`
  const routes: Route[] = [
    { method: 'GET', path: HEALTH_PATH, policy: 'open', endpoint: health(db, version) },
    { method: 'GET', path: OPENAPI_PATH, policy: 'open', endpoint: openApi(() => routes, version) },
    { method: 'POST', path: SYNC_PATH, policy: 'key', endpoint: sync(ledger) },
    ...reports.map(([name, endpoint]): Route => ({ method: 'GET', path: reportPath(name), policy: 'key', endpoint })),
    { method: 'DELETE', path: machine, policy: 'key', endpoint: deleteMachine(ledger) },
    { method: 'POST', path: `${machine}/reactivate`, policy: 'key', endpoint: reactivateMachine(ledger) },
  ]
  return routes
}

/** The server without its socket: requests in, answers out. Every failure is answered with a problem document. */
export function createApp(options: AppOptions, routes = serverRoutes(options)): Hono<ServerEnv> {
  const { db, now, log, randomBytes, api_key, limits, isTrustedProxy = () => false } = options
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
  app.notFound((c) =>
    refuse(c, new Problem('not-found', 'There is nothing at this path.', { hint: `All paths: GET ${OPENAPI_PATH}` })),
  )
  app.onError((error, c) => refuse(c, problemOf(error)))
  const authenticate = authenticator(db, { api_key, limits: { ...RATE_LIMITS, ...limits } })
  mountRoutes(app, routes, { authenticate, isTrustedProxy })
  return app
}

function refuse(c: Context<ServerEnv>, problem: Problem): Response {
  c.set('problem', problem)
  return problemResponse(problem, c.get('request_id'))
}
