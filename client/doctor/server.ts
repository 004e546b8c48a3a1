import { isIP } from 'node:net'
import { serverUrl } from '../../api/server-url.ts'
import { HEALTH_PATH } from '../../api/paths.ts'
import { duration } from '../../core/dates.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { serverStatus } from '../status/server-status.ts'
import { type Check, checking, type Patient } from './check.ts'
import type { Network } from './network.ts'

/** The way to the server, step by step; the first that fails leaves the others out. */
export async function serverChecks(patient: Patient, network: Network): Promise<Check[]> {
  const { config } = patient
  if (config.server_url === undefined) {
    return [checking('server', 'Server').pass('none is set: this machine only', { next: 'Join one: forge login URL' })]
  }
  const url = serverUrl(config.server_url)
  const checks: Check[] = []
  for (const step of [dns, connection, tls, answer, clock]) {
    const found = await step(patient, url, network)
    checks.push(...found)
    if (found.some(({ status }) => status === 'fail')) {
      const left = STEPS.slice(checks.length)
      if (left.length > 0) checks.push(checking('rest', 'Beyond').skip(`not checked: ${left.join(', ')}`))
      break
    }
  }
  return checks
}

const STEPS = ['DNS', 'connection', 'TLS', 'server', 'key', 'clock']

async function dns(_: Patient, { hostname }: URL, network: Network): Promise<Check[]> {
  const { pass, fail } = checking('dns', 'DNS')
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return [pass(`${host} is an address`)]
  try {
    return [pass(`${host} is ${await network.lookup(host)}`)]
  } catch (error) {
    return [
      fail(`the name ${host} cannot be looked up (${codeOf(error)})`, {
        next: 'Is it spelled right (forge config show)? On a VPN or tailnet: is it on?',
      }),
    ]
  }
}

async function connection({ surroundings }: Patient, url: URL, network: Network): Promise<Check[]> {
  const { pass, fail } = checking('connect', 'Connection')
  const [host, port] = [url.hostname.replace(/^\[|\]$/g, ''), portOf(url)]
  const started = surroundings.now()
  try {
    await network.connect(host, port)
    return [pass(`${host}:${port} answers in ${surroundings.now() - started} ms`)]
  } catch (error) {
    const code = codeOf(error)
    const isRefused = code === 'ECONNREFUSED'
    return [
      fail(
        `${host}:${port} ${isRefused ? 'refused: the host answers, but nothing listens on that port' : `cannot be reached (${code})`}`,
        {
          next: isRefused
            ? `On ${host}: docker compose up -d, or forge serve --host 0.0.0.0`
            : 'Is the machine on, and in the same network? Does a firewall stand in between?',
        },
      ),
    ]
  }
}

async function tls(_: Patient, url: URL, network: Network): Promise<Check[]> {
  const { pass, warn, fail } = checking('tls', 'TLS')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol === 'http:') {
    if (isNear(host)) return [pass('plain HTTP, within this machine or network')]
    return [
      warn('plain HTTP: whoever is on the way can read the key and the counts', {
        next: 'tailscale serve, or a reverse proxy with TLS: docs/self-hosting.md',
      }),
    ]
  }
  try {
    return [pass(`the certificate is valid until ${await network.certificate(host, portOf(url))}`)]
  } catch (error) {
    return [
      fail(`the certificate of ${host} is not to be trusted (${codeOf(error)})`, {
        next: 'Renew it, or for one of your own authority set NODE_EXTRA_CA_CERTS to its file.',
      }),
    ]
  }
}

async function answer({ config, surroundings, version }: Patient): Promise<Check[]> {
  const server = checking('server', 'Server')
  const key = checking('key', 'Key')
  const status = await serverStatus(config, surroundings)
  if (status.kind === 'failed') {
    const { message, hint: next, code } = status.problem
    return exitCodeFor(code) === 4
      ? [server.pass('answers'), key.fail(message, { next })]
      : [server.fail(message, { next })]
  }
  if (status.kind === 'none') return []
  const same = status.version === version
  const versions = same
    ? `claudeforge ${version} on both sides`
    : `claudeforge ${status.version} there, ${version} here`
  const owned = status.key
  return [
    same
      ? server.pass(versions)
      : server.warn(versions, { next: 'Both go on working; update the older one when you can.' }),
    owned === undefined || owned.scopes.includes('ingest')
      ? key.pass(
          owned === undefined ? 'is the server’s own' : `“${owned.label || owned.id}” may ${owned.scopes.join(', ')}`,
        )
      : key.fail(`“${owned.label || owned.id}” may not send (${owned.scopes.join(', ')})`, { next: 'forge login URL' }),
  ]
}

const MOST_SKEW_MS = 5 * 60_000

async function clock({ surroundings }: Patient, url: URL): Promise<Check[]> {
  const { pass, warn, skip } = checking('clock', 'Clock')
  const address = `${url.href.replace(/\/+$/, '')}${HEALTH_PATH}`
  const told = (await surroundings.fetch(address, { redirect: 'manual' })).headers.get('Date')
  if (told === null) return [skip('the server does not say what time it is')]
  const skew = surroundings.now() - Date.parse(told)
  if (Math.abs(skew) < MOST_SKEW_MS) return [pass('agrees with the server’s')]
  return [
    warn(`this machine’s clock is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the server’s`, {
      next: 'Let the system set it (timedatectl set-ntp true). Usage keeps the times that Claude Code wrote.',
    }),
  ]
}

/** This machine, a private network, a tailnet, or a name without a dot. */
function isNear(host: string): boolean {
  if (host === 'localhost' || /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./.test(host))
    return true
  if (/^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(host)) return true
  if (/^(?:::1$|f[cd]|fe80)/i.test(host)) return true
  return isIP(host) === 0 && (!host.includes('.') || /\.(?:local|lan|home|internal|ts\.net)$/.test(host))
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? code : String(message)
}
