import { connect } from 'node:net'

/** Asks the same again and again over sixteen connections, as cheaply as it can: the server is what is measured. */

export interface Asking {
  readonly port: number
  readonly path: string
  readonly key: string
  /** Which encodings are accepted; empty for none. */
  readonly accepts: string
  readonly ms: number
}

export interface Heard {
  readonly answers: number
  readonly ms: number
  /** Of one answer, with its head. */
  readonly bytes: number
}

const CONNECTIONS = 16

const { port, path, key, accepts, ms } = JSON.parse(process.argv[2] as string) as Asking
const headers = [
  `Host: localhost:${port}`,
  `X-API-Key: ${key}`,
  ...(accepts === '' ? [] : [`Accept-Encoding: ${accepts}`]),
]
const question = `GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`
const started = performance.now()
let [answers, bytes] = [0, 0]
await Promise.all(Array.from({ length: CONNECTIONS }, askAgainAndAgain))
process.send?.({ answers, ms: performance.now() - started, bytes } satisfies Heard)

function askAgainAndAgain(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    let [head, left] = ['', 0]
    socket.on('connect', () => socket.write(question))
    socket.on('data', (chunk: Buffer) => {
      if (left === 0) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        if (!head.startsWith('HTTP/1.1 200')) throw new Error(head)
        bytes = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1])
        left = bytes - head.length
        head = ''
      } else left -= chunk.length
      if (left > 0) return
      answers++
      if (performance.now() - started < ms) return socket.write(question)
      socket.destroy()
      return resolve()
    })
  })
}
