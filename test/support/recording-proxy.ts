import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** Stands before a server and remembers all that is said, unpacked; of the headers all but the key. */
export async function recordingProxy(target: string): Promise<{ url: string; traffic: () => string }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      const headers = Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length)$/.test(name),
      )
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as [string, string][],
        ...(body.length > 0 ? { body } : {}),
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      seen.push(`${request.method} ${request.url}`, plain.toString('utf8'), bytes.toString('latin1'))
      seen.push(...headers.filter(([name]) => name !== 'x-api-key').map(([name, value]) => `${name}: ${String(value)}`))
      response.writeHead(answer.status).end(bytes)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, traffic: () => seen.join('\n') }
}
