import { createServer } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge, serveForge } from './support/program.ts'

/**
 * Nothing of a conversation leaves a machine. Every text field of every row shape holds a canary; only the fields that
 * are meant to travel hold something else. Then everything that was sent, stored and logged is searched.
 */

/** The only texts of a row that may leave, each in its own words. */
const TRAVELS = new Set([
  'type',
  'role',
  'timestamp',
  'model',
  'version',
  'sessionId',
  'speed',
  'service_tier',
  'inference_geo',
  'subtype',
])

/** The same value with every text in it replaced by a canary, but for what travels. */
function withCanaries(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withCanaries(item, field))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withCanaries(item, name)]))
  }
  if (typeof value !== 'string' || TRAVELS.has(field)) return value
  if (field === 'cwd') return '/home/CANARY-user/CANARY-folder/shop'
  return `CANARY-${field}-${value}`
}

const variants = new URL('../sources/claude-code/fixtures/variants.jsonl', import.meta.url).pathname

async function recordingProxy(target: string): Promise<{ url: string; traffic: () => string }> {
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
      const text = await answer.text()
      seen.push(`${request.method} ${request.url}`, plain.toString('utf8'), text)
      seen.push(...headers.filter(([name]) => name !== 'x-api-key').map(([name, value]) => `${name}: ${String(value)}`))
      response.writeHead(answer.status).end(text)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, traffic: () => seen.join('\n') }
}

const bytesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

test(
  'no prompt, answer, code, tool input, path, branch, id or key is in any traffic, database or log',
  { timeout: 60_000 },
  async () => {
    const [home, nas] = [tempFolder(), tempFolder()]
    const rows = readFileSync(variants, 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return [JSON.stringify(withCanaries(JSON.parse(line)))]
        } catch {
          return [] // the fixture's last line is cut off
        }
      })
    const damaged = `${rows[0]?.slice(0, 600)}${rows[1]}`
    const prompt = {
      type: 'user',
      message: { role: 'user', content: 'CANARY-prompt' },
      uuid: 'CANARY-uuid',
      timestamp: '2026-08-12T09:00:00Z',
      cwd: '/home/CANARY-user',
      sessionId: 's',
    }
    writeFile(join(home, '.claude/projects/p/s.jsonl'), `${[...rows, damaged, JSON.stringify(prompt)].join('\n')}\n`)
    writeFile(
      join(home, '.claude/stats-cache.json'),
      JSON.stringify({
        version: 1,
        dailyActivity: [{ date: '2026-01-01', messageCount: 1, sessionCount: 1, toolCallCount: 0 }],
        dailyModelTokens: [{ date: '2026-01-01', tokensByModel: { opus: 5 } }],
        modelUsage: { opus: { inputTokens: 5 } },
        longestSession: { sessionId: 'CANARY-session' },
        notes: 'CANARY-notes',
      }),
    )

    const oauthAccount = {
      accountUuid: 'CANARY-account',
      emailAddress: 'CANARY@example.com',
      organizationName: 'CANARY',
    }
    writeFile(join(home, '.claude.json'), JSON.stringify({ oauthAccount, userID: 'CANARY-user-id' }))

    const key = 'cf_admin_CANARYKEYCANARYKEYCANARYKEY'
    const server = await serveForge({ home: nas, env: { FORGE_API_KEY: key } })
    const proxy = await recordingProxy(server.url)
    const env = { FORGE_SERVER_URL: proxy.url, FORGE_API_KEY: key }
    // It reads; the sync after it sends just that.
    const dry = await runForge(['sync', '--dry-run'], { home, env })
    const synced = await runForge(['sync', '--retry', '--json'], { home, env })
    expect(JSON.parse(synced.stdout)).toMatchObject({ rejected: 0 })
    const shown = await runForge(['tokens', '--by', 'project', '--since', '2026-01-01', '--json'], { home, env })
    expect(shown.stdout).toContain('"shop"')
    const wrong = await runForge(['sync'], { home, env: { ...env, FORGE_API_KEY: `${key}x` } })
    expect(wrong.code).toBe(4)
    await server.kill('SIGTERM')

    const traffic = proxy.traffic()
    expect(traffic).toContain('claude-opus-5')
    const places = {
      traffic,
      'dry run': dry.stdout + dry.stderr,
      'the terminal': [synced, shown, wrong].map(({ stdout, stderr }) => stdout + stderr).join(),
      'the server’s log': server.printed(),
      'the server’s data': bytesBelow(join(nas, 'server-data')),
      'this machine’s ledger': bytesBelow(join(home, '.claudeforge')),
    }
    for (const [place, text] of Object.entries(places)) {
      const at = text.indexOf('CANARY')
      expect([place, at === -1 ? '' : text.slice(Math.max(0, at - 60), at + 60)]).toEqual([place, ''])
    }
    // What a dry run shows is what is sent, to the byte.
    for (const body of dry.stdout.trim().split('\n')) expect(traffic).toContain(body)
  },
)
