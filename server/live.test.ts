import { describe, expect, test } from 'vitest'
import { liveNews } from './live.ts'
import { aBatch, anEvent, aServer, eventId } from './testing.ts'

const LOOK_MS = 10

describe('news', () => {
  test('come at once, and whenever the data change; nothing comes in between', async () => {
    const server = await aServer()
    const news = liveNews(server.options.db, { look_ms: { told: LOOK_MS, untold: LOOK_MS } })
    const heard: number[] = []
    const stop = news.listen(
      1,
      (version) => heard.push(version),
      () => undefined,
    )
    await expect.poll(() => heard.length).toBe(1)
    await server.sync(aBatch([anEvent({ id: eventId(1) })]))
    await expect.poll(() => heard.length).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 10 * LOOK_MS))
    expect(heard).toHaveLength(2)
    stop()
    await server.sync(aBatch([anEvent({ id: eventId(2) })], { after: 1 }))
    await new Promise((resolve) => setTimeout(resolve, 10 * LOOK_MS))
    expect(heard).toHaveLength(2)
    await news.close()
  })

  test('are told to nobody who has gone while they were looked for', async () => {
    const server = await aServer()
    const news = liveNews(server.options.db, { look_ms: { told: LOOK_MS, untold: LOOK_MS } })
    const heard: number[] = []
    const stop = news.listen(
      1,
      (version) => heard.push(version),
      () => undefined,
    )
    stop()
    await new Promise((resolve) => setTimeout(resolve, 10 * LOOK_MS))
    expect(heard).toEqual([])
    await news.close()
  })

  test('whose stream a browser leaves at any moment harm nobody', async () => {
    const server = await aServer()
    let tell: ((version: number) => void) | undefined
    const news = {
      listen: (_owner: number, told: (version: number) => void) => {
        tell = told
        return () => undefined
      },
      close: async () => undefined,
    }
    const { createApp } = await import('./app.ts')
    const app = createApp({ ...server.options, news })
    const answer = await app.request('/v1/live', { headers: { 'X-API-Key': server.options.api_key as string } })
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await reader.cancel()
    expect(() => tell?.(1)).not.toThrow()
  })

  test('are a stream of events for a browser, which ends when the server stops', async () => {
    const news = { current: undefined as ReturnType<typeof liveNews> | undefined }
    const server = await aServer()
    news.current = liveNews(server.options.db, { look_ms: { told: LOOK_MS, untold: LOOK_MS } })
    const { createApp } = await import('./app.ts')
    const app = createApp({ ...server.options, news: news.current })
    const answer = await app.request('/v1/live', { headers: { 'X-API-Key': server.options.api_key as string } })
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream')
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let text = ''
    while (!text.includes('data:')) text += decoder.decode((await reader.read()).value, { stream: true })
    expect(text).toMatch(/^retry: 3000\n\nevent: version\ndata: \d+\n\n$/)
    await news.current.close()
    expect((await reader.read()).done).toBe(true)
  })

  test('of an unanswered HEAD are listened to by nobody', async () => {
    const server = await aServer()
    let listening = 0
    const { createApp } = await import('./app.ts')
    const news = { listen: () => (listening++, () => undefined), close: async () => undefined }
    const app = createApp({ ...server.options, news })
    const answer = await app.request('/v1/live', {
      method: 'HEAD',
      headers: { 'X-API-Key': server.options.api_key as string },
    })
    expect([answer.status, listening]).toEqual([200, 0])
  })
})
