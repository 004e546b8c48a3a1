import { type Context, Hono } from 'hono'
import {
  HEALTH_PATH,
  KEYS_PATH,
  MACHINES_PATH,
  OPENAPI_PATH,
  OWN_KEY_PATH,
  reportPath,
  SESSION_PATH,
  SIGN_INS_PATH,
  SYNC_PATH,
} from '../api/paths.ts'
import type { ProjectPrivacy } from '../api/project-names.ts'
import { listPrices, type PriceBook } from '../core/prices/price-book.ts'
import { Problem } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { type Browsers, browsers } from './access/browsers.ts'
import { keyring } from './access/keyring.ts'
import { limiter, type LimitName } from './access/limits.ts'
import { type Gate, gate } from './access/policy.ts'
import { health } from './health.ts'
import { type Logger, logRequest } from './log.ts'
import { deleteMachine, reactivateMachine } from './machines.ts'
import { addKey, listKeys, revokeOneKey, rotateOneKey } from './keys/manage-keys.ts'
import { getOwnKey, revokeOwnKey, rotateOwnKey } from './keys/own-key.ts'
import { openApi } from './openapi.ts'
import { problemOf, problemResponse } from './problem-response.ts'
import { reportEndpoints } from './reports.ts'
import { reportVersions } from './report-version.ts'
import { mountRoutes, type Route, type ServerEnv } from './route.ts'
import { secured } from './secure-headers.ts'
import { endAllSignIns, endOneSignIn, getSession, listSignIns, signIn, signOut } from './sign-in.ts'
import { sync } from './sync.ts'

export interface AppOptions {
  readonly db: Db
  readonly now: () => number
  /** Zone whose days are meant where a query names none. */
  readonly tz: string
  readonly version: string
  /** Random id of the ledger. */
  readonly server_id: string
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
  readonly isTrustedProxy?: (address: string) => boolean
}

const ALL_NAMES: ProjectPrivacy = { level: 'names', secret: '' }

/** Who comes in, and everything that a server answers. */
export interface Answering {
  readonly admit: Gate
  readonly routes: readonly Route[]
}

export function answering(options: AppOptions): Answering {
  const { db, now, randomBytes, api_key } = options
  const limits = limiter(options.limits)
  const keys = keyring({ db, now, limits, api_key })
  const known = browsers({ db, now, limits, keys, randomBytes })
  return { admit: gate({ keys, browsers: known }), routes: serverRoutes(options, known) }
}

function serverRoutes(
  { db, now, randomBytes, tz, version, server_id, projects = ALL_NAMES, contract }: AppOptions,
  browsers: Browsers,
): readonly Route[] {
  const ledger = { db, now, randomBytes, projects }
  const prices = { list: listPrices(), contract }
  const reports = reportEndpoints(
    (owner) => ledgerReports({ db, owner, now, tz, prices }),
    reportVersions({ db, now, tz, version, prices }),
  )
  const machine = `${MACHINES_PATH}/{hostname}`
  const signIns = `${SIGN_INS_PATH}/{id}`
  const routes: Route[] = [
    { method: 'GET', path: HEALTH_PATH, policy: 'open', endpoint: health(db, { version, server_id }) },
    { method: 'GET', path: OPENAPI_PATH, policy: 'open', endpoint: openApi(() => routes, version) },
    { method: 'POST', path: SYNC_PATH, policy: 'ingest', endpoint: sync(ledger) },
    ...reports.map(([name, endpoint]): Route => ({ method: 'GET', path: reportPath(name), policy: 'read', endpoint })),
    { method: 'DELETE', path: machine, policy: 'admin', endpoint: deleteMachine(ledger) },
    { method: 'POST', path: `${machine}/reactivate`, policy: 'admin', endpoint: reactivateMachine(ledger) },
    { method: 'GET', path: SESSION_PATH, policy: 'visitor', endpoint: getSession(version) },
    { method: 'POST', path: SESSION_PATH, policy: 'visitor', endpoint: signIn(ledger, browsers, version) },
    { method: 'DELETE', path: SESSION_PATH, policy: 'visitor', endpoint: signOut(ledger) },
    { method: 'GET', path: SIGN_INS_PATH, policy: 'admin', endpoint: listSignIns(ledger) },
    { method: 'DELETE', path: SIGN_INS_PATH, policy: 'admin', endpoint: endAllSignIns(ledger) },
    { method: 'DELETE', path: signIns, policy: 'admin', endpoint: endOneSignIn(ledger) },
    { method: 'GET', path: OWN_KEY_PATH, policy: 'key', endpoint: getOwnKey(ledger) },
    { method: 'DELETE', path: OWN_KEY_PATH, policy: 'key', endpoint: revokeOwnKey(ledger) },
    { method: 'POST', path: `${OWN_KEY_PATH}/rotate`, policy: 'key', endpoint: rotateOwnKey(ledger) },
    { method: 'GET', path: KEYS_PATH, policy: 'admin', endpoint: listKeys(ledger) },
    { method: 'POST', path: KEYS_PATH, policy: 'admin', endpoint: addKey(ledger) },
    { method: 'DELETE', path: `${KEYS_PATH}/{id}`, policy: 'admin', endpoint: revokeOneKey(ledger) },
    { method: 'POST', path: `${KEYS_PATH}/{id}/rotate`, policy: 'admin', endpoint: rotateOneKey(ledger) },
  ]
  return routes
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
  app.notFound((c) =>
    refuse(c, new Problem('not-found', 'There is nothing at this path.', { hint: `All paths: GET ${OPENAPI_PATH}` })),
  )
  app.onError((error, c) => refuse(c, problemOf(error)))
  mountRoutes(app, routes, { admit, isTrustedProxy })
  return app
}

function refuse(c: Context<ServerEnv>, problem: Problem): Response {
  c.set('problem', problem)
  return problemResponse(problem, c.get('request_id'))
}
