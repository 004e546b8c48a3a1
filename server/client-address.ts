import { BlockList, isIP } from 'node:net'
import { Problem } from '../core/problem.ts'

/**
 * Whose address counts: the other end of the socket, or, where that is a proxy of our own, the last one in
 * `X-Forwarded-For` that is not. Whatever anyone else writes into that header is not believed.
 */
export function clientAddress(
  socket: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string | undefined {
  if (socket === undefined || !isTrusted(socket)) return socket
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  return hops.findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop)) ?? socket
}

/** Tells the proxies in a list of addresses and networks, `127.0.0.1, 10.0.0.0/8`. Throws `invalid-request` for another. */
export function trustedProxies(list: string, origin: string): (address: string) => boolean {
  const known = new BlockList()
  for (const entry of list.split(',').map((text) => text.trim())) {
    if (entry === '') continue
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const longest = family === 'ipv6' ? 128 : 32
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (isIP(address) === 0 || !(length <= longest)) {
      throw new Problem('invalid-request', `${origin} holds “${entry}”, which is no address and no network.`, {
        hint: 'Works: 127.0.0.1, 10.0.0.0/8, ::1',
      })
    }
    known.addSubnet(address, length, family)
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIP(plain) !== 0 && known.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}
