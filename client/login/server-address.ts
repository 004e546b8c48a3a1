import { serverUrl } from '../../api/server-url.ts'
import { Problem } from '../../core/problem.ts'

/**
 * The URL of a server as people type it, also without `http://`: `nas:8420`, `https://forge.example.org`. Plain http is
 * meant where nobody else would have a certificate: a name without a dot, `.local`, an address of a home network. Throws
 * `invalid-request` for what is no server, and for plain http over the internet.
 */
export function serverAddress(typed: string, { allowPlainHttp }: { readonly allowPlainHttp: boolean }): string {
  const text = typed.trim()
  const url = serverUrl(/^[a-z]+:\/\//i.test(text) ? text : `${isAtHome(text) ? 'http' : 'https'}://${text}`)
  url.hash = ''
  url.search = ''
  if (url.protocol === 'http:' && !allowPlainHttp && !isAtHome(url.host)) {
    throw new Problem('invalid-request', `Over plain http, everyone between here and ${url.host} could read the key.`, {
      hint: `Use https (${httpsOf(url)}), or a tailnet. To do it all the same: forge login ${typed} --allow-plain-http`,
    })
  }
  return url.href.replace(/\/+$/, '')
}

/** Is this host within one's own walls: this machine, a home or office network, a tailnet? */
export function isAtHome(host: string): boolean {
  const name = hostnameOf(host)
  if (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /\.(local|lan|home|internal|home\.arpa|ts\.net)$/.test(name)
  ) {
    return true
  }
  const octets = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(name)
  if (octets !== null) return isPrivate(Number(octets[1]), Number(octets[2]))
  if (name.includes(':')) return name === '::1' || /^f[cd]|^fe[89ab]/.test(name)
  return !name.includes('.')
}

/** Does this URL lead to the machine that asks, and to no other? */
export function isHere(url: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/.test(hostnameOf(new URL(url).host))
}

function hostnameOf(host: string): string {
  const [authority = ''] = host.toLowerCase().split('/')
  return /^\[(.*)\]/.exec(authority)?.[1] ?? authority.replace(/:\d*$/, '')
}

/** RFC 1918, this machine, link-local, and the shared range of RFC 6598, which tailnets use. */
function isPrivate(first: number, second: number): boolean {
  return (
    first === 10 ||
    first === 127 ||
    (first === 192 && second === 168) ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  )
}

function httpsOf({ host, pathname }: URL): string {
  return `https://${host}${pathname}`.replace(/\/+$/, '')
}
