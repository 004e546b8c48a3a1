import type { MadeKey } from '../../api/administration.ts'
import { Problem } from '../../core/problem.ts'
import { isKeyKind, KEY_KINDS } from '../../core/scope.ts'
import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import { readConfig, writeSetting } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone, printNote } from '../terminal/messages.ts'

/** How long a rotated key still holds once the new one is used. */
const GRACE_S = 86_400

export interface AddKeyOptions {
  readonly kind?: string
  /** `90d`. */
  readonly expires?: string
  /** Where machines come that it brings. */
  readonly group?: string
  /** They are made for a job, and then gone. */
  readonly ephemeral?: boolean
  readonly json?: boolean
}

/** `forge key add`: prints the key, the only time that anyone sees it. */
export async function addKey(
  label: string | undefined,
  { kind = 'read', expires, group, ephemeral, json }: AddKeyOptions,
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (!isKeyKind(kind)) {
    throw new Problem('invalid-request', `“${kind}” is no kind of key.`, { hint: `Works: ${KEY_KINDS.join(', ')}` })
  }
  const days = expires === undefined ? {} : { expires_in_days: daysIn(expires) }
  const made = await asAdministrator(surroundings, withLocalKey, ({ administration }) =>
    administration.addKey({ kind, label: label ?? '', group: group ?? '', is_ephemeral: ephemeral ?? false, ...days }),
  )
  printMade(made, json, surroundings)
  return 0
}

/** `forge key revoke`: the next request with it is refused. */
export async function revokeKey(id: string, withLocalKey: WithLocalKey, surroundings: Surroundings): Promise<ExitCode> {
  await asAdministrator(surroundings, withLocalKey, ({ administration }) => administration.revokeKey(id))
  printDone(`Revoked: the next request with key ${id} is refused.`, surroundings)
  return 0
}

/** `forge key rotate`: this machine's own key, kept at once; or another one, printed for who keeps it. */
export async function rotateKey(
  id: string | undefined,
  { now = false, json }: { readonly now?: boolean; readonly json?: boolean },
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const grace_s = now ? 0 : GRACE_S
  if (id === undefined) return rotateOwnKey(grace_s, surroundings)
  const made = await asAdministrator(surroundings, withLocalKey, ({ administration }) =>
    administration.rotateKey(id, grace_s),
  )
  printMade(made, json, surroundings)
  printNote(`Key ${id} holds until the new one is used${now ? '' : ', and a day longer'}.`, surroundings)
  return 0
}

async function rotateOwnKey(grace_s: number, surroundings: Surroundings): Promise<ExitCode> {
  const { server_url: url, api_key: key, values } = readConfig(surroundings)
  if (url === undefined || key === undefined) {
    throw new Problem('unauthenticated', 'This machine has no key for a server.', { hint: 'Join one: forge login URL' })
  }
  if (values.some(({ setting, origin }) => setting.name === 'api_key' && origin === 'environment')) {
    throw new Problem('invalid-request', 'This machine’s key is set in FORGE_API_KEY, where it cannot be exchanged.', {
      hint: 'Make another one (forge key add --kind machine), and set it there.',
    })
  }
  const { ownKey } = await import('../../api/administration.ts')
  const { fetch } = surroundings
  const made = await ownKey({ url, key }, { fetch }).rotate(grace_s)
  // Kept before it is used: only its first use lets the old one end.
  await writeSetting(surroundings, 'api_key', made.key)
  await ownKey({ url, key: made.key }, { fetch }).get()
  printDone(`This machine has a new key (${made.id}).`, surroundings)
  return 0
}

/** The key alone goes to standard output, so that it can be piped to where it is kept. */
function printMade(made: MadeKey, json: boolean | undefined, surroundings: Surroundings): void {
  surroundings.stdout.write(json ? `${JSON.stringify({ schema_version: 1, ...made })}\n` : `${made.key}\n`)
  if (json) return
  const end = made.expires_at === null ? '' : ` until ${made.expires_at.slice(0, 10)}`
  printNote(`This is the only time that the key is shown. It may ${made.scopes.join(', ')}${end}.`, surroundings)
}

function daysIn(text: string): number {
  const [, amount] = /^(\d{1,4})d?$/.exec(text.trim()) ?? []
  if (amount !== undefined && Number(amount) >= 1 && Number(amount) <= 3650) return Number(amount)
  throw new Problem('invalid-request', `--expires ${text} is no number of days.`, { hint: 'Works: 30d, 365d' })
}
