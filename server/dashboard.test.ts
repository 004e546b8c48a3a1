import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readDashboard } from './dashboard.ts'
import { aServer, tempFolder } from './testing.ts'

const PAGE = '<!doctype html><title>a page</title>'
const SCRIPT = 'export const answer = 42\n'.repeat(40)

function built(): string {
  const folder = tempFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), PAGE)
  writeFileSync(join(folder, 'assets/index-abc.js'), SCRIPT)
  writeFileSync(join(folder, 'assets/index-abc.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(folder, 'assets/index-abc.js.gz'), gzipSync(SCRIPT))
  writeFileSync(join(folder, 'notes.txt'), 'not for anyone')
  return folder
}

async function serving() {
  const { app } = await aServer({ dashboard: readDashboard(built()) })
  return (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })
}

describe('the files of the dashboard', () => {
  test('are the page at each of its paths, for anyone, and no other path', async () => {
    const get = await serving()
    for (const path of ['/', '/machines', '/sessions', '/setup', '/share', '/index.html']) {
      const answer = await get(path)
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, PAGE])
    }
    for (const path of [
      '/nowhere',
      '/machines/',
      '/assets/',
      '/assets/index-abc.js.br',
      '/notes.txt',
      '/..%2f..%2fetc%2fpasswd',
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 404])
    }
  })

  test('come as small as the browser takes them', async () => {
    const get = await serving()
    const sent = async (accepts: string) => {
      const answer = await get('/assets/index-abc.js', { 'Accept-Encoding': accepts })
      return [answer.headers.get('Content-Encoding'), Buffer.from(await answer.arrayBuffer())] as const
    }
    const [encoding, bytes] = await sent('gzip, deflate, br')
    expect([encoding, brotliDecompressSync(bytes).toString()]).toEqual(['br', SCRIPT])
    expect((await sent('gzip'))[0]).toBe('gzip')
    expect((await sent('gzip, br;q=0'))[0]).toBe('gzip')
    expect((await sent('identity'))[1].toString()).toBe(SCRIPT)
  })

  test('may be kept for ever where their name says what is in them, and are asked for again where it does not', async () => {
    const get = await serving()
    expect((await get('/assets/index-abc.js')).headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    const page = await get('/')
    expect(page.headers.get('Cache-Control')).toBe('no-cache')
    const etag = page.headers.get('ETag') ?? ''
    expect((await get('/', { 'If-None-Match': etag })).status).toBe(304)
  })

  test('say that nothing but this server may be loaded, framed or asked, and nothing inline run', async () => {
    const get = await serving()
    const policy = (await get('/')).headers.get('Content-Security-Policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy).toContain(rule)
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect((await get('/')).headers.get('X-Content-Type-Options')).toBe('nosniff')
    // What is no page may be nothing at all.
    expect((await get('/health')).headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    )
  })

  test('are not there where none were built', async () => {
    const { app } = await aServer({ dashboard: readDashboard(join(tempFolder(), 'nothing')) })
    expect((await app.request('/')).status).toBe(404)
  })
})
