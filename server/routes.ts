import {
  BACKUP_PATH,
  DEVICE_PATH,
  EXPORT_PATH,
  HEALTH_PATH,
  INVITES_PATH,
  KEYS_PATH,
  LIVE_PATH,
  MACHINE_CHANGES_PATH,
  MACHINES_PATH,
  OPENAPI_PATH,
  OWN_KEY_PATH,
  PAIRINGS_PATH,
  reportPath,
  SERVER_PATH,
  SESSION_PATH,
  SHARED_PATH,
  SHARES_PATH,
  SIGN_INS_PATH,
  SYNC_PATH,
  TOKEN_PATH,
} from '../api/paths.ts'
import type { ProjectPrivacy } from '../api/project-names.ts'
import { listPrices } from '../core/prices/price-book.ts'
import { ledgerReports } from '../store/reports/index.ts'
import { type Browsers, browsers } from './access/browsers.ts'
import { aboutServer } from './about.ts'
import { keyring } from './access/keyring.ts'
import { links } from './access/links.ts'
import { type Limiter, limiter } from './access/limits.ts'
import { type Gate, gate } from './access/policy.ts'
import type { AppOptions } from './app.ts'
import { backup } from './backup.ts'
import { exportAll } from './export.ts'
import { health } from './health.ts'
import { live, liveNews } from './live.ts'
import { changeMachine } from './machines/change-machine.ts'
import { listMachineChanges, undoMachineChange } from './machines/changes.ts'
import { deleteMachine, reactivateMachine } from './machines/delete-machine.ts'
import { listMachines } from './machines/list.ts'
import { addKey, listKeys, revokeOneKey, rotateOneKey } from './keys/manage-keys.ts'
import { getOwnKey, revokeOwnKey, rotateOwnKey } from './keys/own-key.ts'
import { openApi } from './openapi.ts'
import { approvePairing, denyPairing, findPairingByCode, listPairings } from './pairing/decide.ts'
import { askToPair } from './pairing/device.ts'
import { makeInvite, redeemInvite } from './pairing/invites.ts'
import { handOutKey } from './pairing/token.ts'
import { reportEndpoints, reportsByOwner } from './reports.ts'
import { reportVersions } from './report-version.ts'
import type { Route } from './route.ts'
import { endAllSignIns, endOneSignIn, getSession, listSignIns, signIn, signOut } from './sign-in.ts'
import { shared } from './shares/shared.ts'
import { deleteShare, listShares, makeShare } from './shares/shares.ts'
import { sync } from './sync.ts'

const ALL_NAMES: ProjectPrivacy = { level: 'names', secret: '' }

/** Who comes in, and everything that a server answers. */
export interface Answering {
  readonly admit: Gate
  readonly routes: readonly Route[]
}

export function answering(options: AppOptions): Answering {
  const { db, now, randomBytes, api_key } = options
  const limits = limiter(options.limits, options.counter)
  const keys = keyring({ db, now, limits, api_key })
  const known = browsers({ db, now, limits, keys, randomBytes })
  const admit = gate({ keys, browsers: known, links: links({ db, now, limits }), viewers: options.viewers })
  return { admit, routes: serverRoutes(options, known, limits) }
}

function serverRoutes(
  {
    db,
    now,
    randomBytes,
    tz,
    version,
    server_id,
    reachedAt = () => null,
    projects = ALL_NAMES,
    contract,
    viewers = 'signed-in',
    news = liveNews(db),
  }: AppOptions,
  browsers: Browsers,
  limits: Limiter,
): readonly Route[] {
  const ledger = { db, now, randomBytes, projects }
  const prices = { list: listPrices(), contract }
  const reportsOf = reportsByOwner((owner) => ledgerReports({ db, owner, now, tz, prices, keepsDays: true }))
  const versionOf = reportVersions({ db, now, tz, version, prices })
  const reports = reportEndpoints(reportsOf, versionOf)
  const settings = {
    version,
    price_book: prices.list.version,
    contract: contract?.name ?? null,
    project_names: projects.level,
    viewers,
    tz,
  }
  const machine = `${MACHINES_PATH}/{hostname}`
  const signIns = `${SIGN_INS_PATH}/{id}`
  const routes: Route[] = [
    { method: 'GET', path: HEALTH_PATH, policy: 'open', endpoint: health(db, { version, server_id }) },
    { method: 'GET', path: OPENAPI_PATH, policy: 'open', endpoint: openApi(() => routes, version) },
    { method: 'POST', path: SYNC_PATH, policy: 'ingest', endpoint: sync(ledger) },
    ...reports.map(([name, endpoint]): Route => ({ method: 'GET', path: reportPath(name), policy: 'read', endpoint })),
    { method: 'GET', path: LIVE_PATH, policy: 'read', endpoint: live(news) },
    { method: 'GET', path: SERVER_PATH, policy: 'read', endpoint: aboutServer(db, settings, reachedAt) },
    { method: 'GET', path: EXPORT_PATH, policy: 'read', endpoint: exportAll(reportsOf) },
    { method: 'GET', path: BACKUP_PATH, policy: 'admin', endpoint: backup(db) },
    { method: 'GET', path: SHARES_PATH, policy: 'admin', endpoint: listShares(ledger) },
    { method: 'POST', path: SHARES_PATH, policy: 'admin', endpoint: makeShare(ledger, randomBytes) },
    { method: 'DELETE', path: `${SHARES_PATH}/{id}`, policy: 'admin', endpoint: deleteShare(ledger) },
    { method: 'GET', path: SHARED_PATH, policy: 'link', endpoint: shared(ledger, reportsOf, versionOf) },
    { method: 'GET', path: MACHINES_PATH, policy: 'admin', endpoint: listMachines(ledger) },
    { method: 'DELETE', path: machine, policy: 'admin', endpoint: deleteMachine(ledger) },
    { method: 'POST', path: `${machine}/reactivate`, policy: 'admin', endpoint: reactivateMachine(ledger) },
    { method: 'POST', path: `${machine}/changes`, policy: 'admin', endpoint: changeMachine(ledger) },
    { method: 'GET', path: MACHINE_CHANGES_PATH, policy: 'admin', endpoint: listMachineChanges(ledger) },
    { method: 'POST', path: `${MACHINE_CHANGES_PATH}/{id}/undo`, policy: 'admin', endpoint: undoMachineChange(ledger) },
    { method: 'GET', path: SESSION_PATH, policy: 'visitor', endpoint: getSession(version) },
    { method: 'POST', path: SESSION_PATH, policy: 'visitor', endpoint: signIn(ledger, browsers, version) },
    { method: 'DELETE', path: SESSION_PATH, policy: 'visitor', endpoint: signOut(ledger) },
    { method: 'GET', path: SIGN_INS_PATH, policy: 'admin', endpoint: listSignIns(ledger) },
    { method: 'DELETE', path: SIGN_INS_PATH, policy: 'admin', endpoint: endAllSignIns(ledger) },
    { method: 'DELETE', path: signIns, policy: 'admin', endpoint: endOneSignIn(ledger) },
    { method: 'POST', path: DEVICE_PATH, policy: 'newcomer', endpoint: askToPair(ledger, limits) },
    { method: 'POST', path: TOKEN_PATH, policy: 'newcomer', endpoint: handOutKey(ledger, limits) },
    { method: 'GET', path: PAIRINGS_PATH, policy: 'admin', endpoint: listPairings(ledger) },
    { method: 'POST', path: `${PAIRINGS_PATH}/find`, policy: 'admin', endpoint: findPairingByCode(ledger, limits) },
    { method: 'POST', path: `${PAIRINGS_PATH}/{id}/approve`, policy: 'admin', endpoint: approvePairing(ledger) },
    { method: 'POST', path: `${PAIRINGS_PATH}/{id}/deny`, policy: 'admin', endpoint: denyPairing(ledger) },
    { method: 'POST', path: INVITES_PATH, policy: 'admin', endpoint: makeInvite(ledger, reachedAt) },
    { method: 'POST', path: `${INVITES_PATH}/redeem`, policy: 'newcomer', endpoint: redeemInvite(ledger, limits) },
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
