/** Where things are on a server. Apart from the schemas, so that a page need not load those. */

export const HEALTH_PATH = '/health'
export const SYNC_PATH = '/v1/sync'
export const OPENAPI_PATH = '/v1/openapi.json'
export const MACHINES_PATH = '/v1/machines'
/** What was changed of machines, and may be taken back. */
export const MACHINE_CHANGES_PATH = '/v1/machine-changes'
export const SESSION_PATH = '/v1/session'
export const SIGN_INS_PATH = '/v1/sign-ins'
/** The key that asks. */
export const OWN_KEY_PATH = '/v1/key'
export const KEYS_PATH = '/v1/keys'
/** The device flow of RFC 8628. */
export const DEVICE_PATH = '/v1/auth/device'
export const TOKEN_PATH = '/v1/auth/token'
export const PAIRINGS_PATH = '/v1/pairings'
export const INVITES_PATH = '/v1/invites'
/** The page on which a machine is let in. */
export const PAIR_PAGE = '/pair'
/** The page to which a setup link leads; its secret comes after the `#`, which browsers send nowhere. */
export const SETUP_PAGE = '/setup'
export const SERVER_PATH = '/v1/server'
export const EXPORT_PATH = '/v1/export'
export const BACKUP_PATH = '/v1/backup'
export const SHARES_PATH = '/v1/shares'
export const SHARED_PATH = '/v1/shared'
/** Carries the secret of a read-only link, which is no key. */
export const SHARE_HEADER = 'X-Share'
/** Server-sent events: `version`, whenever the ledger has changed. */
export const LIVE_PATH = '/v1/live'
export const KEY_HEADER = 'X-API-Key'

/** Where a report is found: under the original's folder, but for the overview, which is more than one report. */
export function reportPath(name: string): string {
  return name === 'overview' ? '/v1/overview' : `/v1/stats/${name}`
}
