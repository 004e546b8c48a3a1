import { parseKey } from '../../api/key-text.ts'
import type { KeyRow } from '../../api/keys.ts'
import { type HandedOut, newcomer, type Newcomer } from '../../api/newcomer.ts'
import { Problem } from '../../core/problem.ts'
import { type Ledger, openMachineLedger } from '../../store/open.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import { askForKey } from '../login/ask-for-key.ts'
import { pairPage, startPairing, untilDecided } from '../login/device-flow.ts'
import { firstSync } from '../login/first-sync.ts'
import { type FoundKey, introduction, join } from '../login/join.ts'
import { forgetPending, keepPending, readPending } from '../login/pending.ts'
import { serverAddress } from '../login/server-address.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import type { Synced } from '../sync.ts'
import { askFor, canAsk } from '../terminal/ask.ts'
import { printDone, printNote } from '../terminal/messages.ts'
import { afterLogin } from './after-login.ts'

export interface LoginOptions {
  /** An invite. */
  readonly code?: string
  readonly keyStdin?: boolean
  /** False for `--no-browser`. */
  readonly browser?: boolean
  readonly nonInteractive?: boolean
  /** Goes on with what `--non-interactive` began. */
  readonly complete?: boolean
  readonly allowPlainHttp?: boolean
  readonly json?: boolean
  /** Automatic sync is set up without asking; false for `--no-install`. */
  readonly install?: boolean
  readonly yes?: boolean
}

interface Login {
  readonly url: string
  readonly server: Newcomer
  readonly ledger: Ledger
  readonly config: Config
  readonly version: string
}

/** `forge login`: joins this machine to a server, sends what it has, and shows all machines. */
export async function loginCommand(
  typed: string | undefined,
  options: LoginOptions,
  version: string,
  surroundings: Surroundings,
): Promise<ExitCode> {
  refuseContradictions(options)
  const config = readConfig(surroundings)
  const url = await serverOf(typed, options, config, surroundings)
  const server = newcomer(url, { fetch: surroundings.fetch })
  const { server: server_id } = await server.health()
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const found = await findKey({ url, server, ledger, config, version }, options, surroundings)
    if (found === undefined) return 0
    const row = await join(ledger, { url, server_id }, found, surroundings)
    forgetPending(surroundings)
    printDone(`Signed in to ${url}. This machine is “${config.hostname}”.`, surroundings)
    const synced = await sendAll(ledger, { url, key: found.key }, row, surroundings)
    if (isForPrograms(options, surroundings)) printJson({ url, config, found, synced }, surroundings)
  } finally {
    await ledger.close()
  }
  return isForPrograms(options, surroundings) ? 0 : afterLogin(options, surroundings)
}

async function serverOf(
  typed: string | undefined,
  { complete, allowPlainHttp = false }: LoginOptions,
  { server_url }: Config,
  surroundings: Surroundings,
): Promise<string> {
  if (complete) return (readPending(surroundings) ?? nothingBegun()).url
  const known = typed ?? server_url
  if (known !== undefined) return serverAddress(known, { allowPlainHttp })
  const asked = await askFor('Where is your server? Such as http://nas:8420:', surroundings, {
    read: (line) => (line === '' ? undefined : line),
    otherwise: 'Say where: forge login http://nas:8420',
  })
  if (asked === undefined) throw new Problem('invalid-request', 'No server was named.', { hint: 'forge login URL' })
  return serverAddress(asked, { allowPlainHttp })
}

/** The key of this machine, by whichever way was asked for; undefined where someone else has to decide first. */
async function findKey(login: Login, options: LoginOptions, surroundings: Surroundings): Promise<FoundKey | undefined> {
  const { url, server, ledger, config, version } = login
  const me = () => introduction(ledger, config.hostname, version, surroundings)
  if (options.complete) {
    return kept(await untilDecided(readPending(surroundings) ?? nothingBegun(), server, surroundings))
  }
  if (options.code !== undefined) return kept(await server.redeem(options.code, await me()))
  if (options.keyStdin) return { key: await keyFromStdin(surroundings), keep: true }
  const fromEnvironment = surroundings.env['FORGE_API_KEY']?.trim()
  if (fromEnvironment) return { key: fromEnvironment, keep: false }
  if (canAsk(surroundings) && !options.nonInteractive) {
    return kept(await askForKey(url, server, await me(), { browser: options.browser !== false }, surroundings))
  }
  const pending = await startPairing(url, server, await me(), surroundings)
  keepPending(surroundings, pending)
  const { plain, complete } = pairPage(pending)
  const begun = {
    schema_version: 1,
    status: 'pending',
    verification_uri: plain,
    verification_uri_complete: complete,
    user_code: pending.user_code,
    match: pending.match,
    expires_in: Math.round((pending.expires_at - surroundings.now()) / 1000),
    next_step: 'claudeforge login --complete',
  }
  surroundings.stdout.write(`${JSON.stringify(begun)}\n`)
  return undefined
}

function kept({ access_token }: HandedOut): FoundKey {
  return { key: access_token, keep: true }
}

const LONGEST_KEY = 4096

async function keyFromStdin({ stdin, stderr }: Surroundings): Promise<string> {
  if (stdin.isTTY) stderr.write('Paste the key and press Enter: ')
  const key = (stdin.isTTY ? ((await stdin.line()) ?? '') : await stdin.all(LONGEST_KEY)).trim()
  if (key !== '') return key
  throw new Problem('invalid-request', 'No key came in.', { hint: 'Such as: forge login URL --key-stdin < key.txt' })
}

async function sendAll(
  ledger: Ledger,
  address: { readonly url: string; readonly key: string },
  row: KeyRow | undefined,
  surroundings: Surroundings,
): Promise<Synced | undefined> {
  if (row === undefined || row.scopes.includes('ingest')) {
    return firstSync(ledger, address, readConfig(surroundings), surroundings)
  }
  printNote('This key may only read: nothing of this machine is sent.', surroundings)
  return undefined
}

function isForPrograms({ json, nonInteractive, complete }: LoginOptions, { stdout }: Surroundings): boolean {
  return json === true || nonInteractive === true || (complete === true && !stdout.isTTY)
}

function printJson(
  { url, config, found, synced }: { url: string; config: Config; found: FoundKey; synced: Synced | undefined },
  { stdout }: Surroundings,
): void {
  const done = {
    schema_version: 1,
    status: 'signed-in',
    server_url: url,
    hostname: config.hostname,
    key_id: parseKey(found.key)?.id ?? null,
    sent: synced?.sent ?? 0,
    stored: synced?.stored ?? 0,
    next_step: 'claudeforge install --yes',
  }
  stdout.write(`${JSON.stringify(done)}\n`)
}

function refuseContradictions({ code, keyStdin, complete }: LoginOptions): void {
  const ways = [code !== undefined && '--code', keyStdin && '--key-stdin', complete && '--complete'].filter(Boolean)
  if (ways.length <= 1) return
  throw new Problem('invalid-request', `${ways.join(' and ')} are two ways to one key.`, { hint: 'Use one of them.' })
}

function nothingBegun(): never {
  throw new Problem('invalid-request', 'There is nothing to complete: no login is waiting.', {
    hint: 'Begin with: forge login URL',
  })
}
