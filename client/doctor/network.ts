import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** The steps to a server, each by itself. */
export interface Network {
  /** The address of a name. */
  lookup(host: string): Promise<string>
  /** Opens a connection, and closes it. */
  connect(host: string, port: number): Promise<void>
  /** Until when the certificate is valid; throws where it is not to be trusted. */
  certificate(host: string, port: number): Promise<string>
}

const TIMEOUT_MS = 4_000

export const systemNetwork: Network = {
  lookup: async (host) => (await lookup(host)).address,
  connect: (host, port) =>
    new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port, timeout: TIMEOUT_MS })
      socket.once('connect', () => {
        socket.destroy()
        resolve()
      })
      socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      socket.once('error', reject)
    }),
  certificate: (host, port) =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ host, port, servername: host, timeout: TIMEOUT_MS })
      socket.once('secureConnect', () => {
        const until = socket.getPeerCertificate().valid_to
        socket.destroy()
        resolve(until)
      })
      socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      socket.once('error', reject)
    }),
}
