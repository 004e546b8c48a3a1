import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LossyProxy {
  readonly url: string
  /** Answers that were lost after the server had given them, and requests that were cut on their way. */
  readonly lost: { acknowledgements: number; requests: number }
  close(): Promise<void>
}

/**
 * A proxy in front of a server that loses things: every `n`th request is cut on its way, every `m`th answer after the
 * server has given it.
 */
export async function lossyProxy(target: () => string, { cut = 11, lose = 4 } = {}): Promise<LossyProxy> {
  const lost = { acknowledgements: 0, requests: 0 }
  let count = 0
  const server: Server = createServer((request, response) => {
    void (async () => {
      const turn = ++count
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      if (turn % cut === 0) {
        lost.requests++
        return request.socket.destroy()
      }
      const headers = Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length)$/.test(name),
      )
      const answer = await fetch(`${target()}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as [string, string][],
        ...(body.length > 0 ? { body } : {}),
      })
      const text = await answer.text()
      if (turn % lose === 0) {
        lost.acknowledgements++
        return request.socket.destroy()
      }
      response.writeHead(answer.status, { 'Content-Type': answer.headers.get('Content-Type') ?? 'text/plain' })
      return response.end(text)
    })().catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
