import { expect, test } from 'vitest'
import { clientAddress, trustedProxies } from './client-address.ts'

const isOurs = trustedProxies('127.0.0.1, 10.0.0.0/8, fd00::/8', 'FORGE_TRUSTED_PROXIES')

test('the other end of the socket is the client, whatever it writes into X-Forwarded-For', () => {
  expect(clientAddress('203.0.113.7', '198.51.100.1', isOurs)).toBe('203.0.113.7')
  expect(clientAddress(undefined, '198.51.100.1', isOurs)).toBeUndefined()
})

test('behind a proxy of ours the client is the last hop that is none of ours', () => {
  expect(clientAddress('127.0.0.1', '198.51.100.1', isOurs)).toBe('198.51.100.1')
  expect(clientAddress('::ffff:127.0.0.1', 'spoofed, 1.1.1.1, 198.51.100.1, 10.2.3.4', isOurs)).toBe('198.51.100.1')
  expect(clientAddress('fd00::1', '2001:db8::5', isOurs)).toBe('2001:db8::5')
  expect(clientAddress('127.0.0.1', undefined, isOurs)).toBe('127.0.0.1')
  expect(clientAddress('127.0.0.1', 'not an address', isOurs)).toBe('127.0.0.1')
})

test('nobody is a proxy unless told so, and what is no network is refused', () => {
  expect(trustedProxies('', 'FORGE_TRUSTED_PROXIES')('127.0.0.1')).toBe(false)
  for (const list of ['caddy', '10.0.0.0/33', '10.0.0.0/x', '::1/200']) {
    expect(() => trustedProxies(list, 'FORGE_TRUSTED_PROXIES')).toThrow(/FORGE_TRUSTED_PROXIES holds “/)
  }
})
