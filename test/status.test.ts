import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { statusCommand, type StatusOptions } from '../client/commands/status.ts'
import { syncCommand } from '../client/commands/sync.ts'
import { automaticSync } from '../client/automatic/worker.ts'
import { setPause } from '../client/automatic/pause.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { nobody } from './support/nobody.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer } from './support/server.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

const START = Date.parse('2026-11-22T12:00:00Z')
const MINUTE = 60_000

const away = await nobody()

function machine(env: Record<string, string> = {}, columns = 80) {
  const home = tempFolder()
  let now = START
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow({ timestamp: '2026-11-20T10:00:00Z' })))
  const surroundings = () =>
    testSurroundings({
      home,
      env: { NO_COLOR: '1', LANG: 'C.UTF-8', PATH: '/nowhere', ...env },
      now: () => now,
      randomBytes: (count) => new Uint8Array(count).fill(0x80),
      stdout: capture({ isTTY: true, columns }),
      sleep: async (ms) => void (now += ms),
    })
  return {
    surroundings,
    pass: (ms: number) => void (now += ms),
    status: async (options: StatusOptions = {}) => {
      const at = surroundings()
      const code = await statusCommand(options, at)
      return { code, text: at.stdout.text }
    },
  }
}

describe('forge status', () => {
  test('of a machine in sync: what, when, by what, and since when', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    await automaticSync('Stop', studio.surroundings())
    studio.pass(2 * MINUTE)
    const { code, text } = await studio.status()
    expect(code).toBe(0)
    expect(text.replaceAll(server.url, 'http://nas:8420')).toBe(
      [
        '● studio is in sync with http://nas:8420',
        '',
        '  Server       claudeforge 0.0.0-test, 0 ms, signed in with its own key',
        '  Last sync    2 min ago, by the Stop hook, 1 new record',
        '  Waiting      nothing',
        '  Automatic    off; turn it on: forge install',
        '  Source       ~/.claude/projects, 1 transcript, all read; Claude Code 2.1.232',
        '  History      Fri 20 Nov – today; Claude Code deletes its own after 30 days',
        '',
        'Details: forge doctor   Log: forge log -f   Pause: forge pause',
        '',
      ].join('\n'),
    )
    expect((await studio.status({ short: true })).text).toBe('●\n')
    expect(JSON.parse((await studio.status({ json: true })).text)).toMatchObject({
      exit_code: 0,
      waiting: 0,
      problem: null,
    })
  })

  test('of one whose server is away: what waits, and when it goes on; exit 5', async () => {
    const laptop = machine({ FORGE_SERVER_URL: away, FORGE_API_KEY: 'a-key-for-tests-only' })
    await automaticSync('Stop', laptop.surroundings())
    const { code, text } = await laptop.status()
    expect([code, text.split('\n\n')[0]?.replaceAll('\n', ' ')]).toEqual([
      5,
      `▲ studio cannot reach ${away}; 1 record is waiting safely on this disk`,
    ])
    expect(text).toContain(`  Problem      Cannot reach ${away} (connection refused).`)
    expect(text).toContain('  Next try     in 1 min (attempt 2, at most half an hour apart)')
    expect(text).toContain('Step by step: forge doctor')
    expect((await laptop.status({ short: true })).text).toBe('▲\n')
  })

  test('of one whose key is refused: exit 4, and nothing is sent until it has another', async () => {
    const server = await startServer(tempFolder())
    const laptop = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: 'a-key-that-was-revoked' })
    await automaticSync('Stop', laptop.surroundings())
    const { code, text } = await laptop.status()
    expect([code, text.split('\n\n')[0]?.replaceAll('\n', ' ')]).toEqual([
      4,
      `✗ studio is not signed in to ${server.url}; 1 record is waiting safely on this disk`,
    ])
    expect(text).toContain('  Stopped      nothing is sent until this machine has another key')
    expect(text).toContain('forge login')
  })

  test('of a sync that someone typed names no hook that called before', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    await automaticSync('Stop', studio.surroundings())
    studio.pass(2 * MINUTE)
    await syncCommand({ quiet: true }, studio.surroundings())
    expect((await studio.status()).text).toContain('  Last sync    just now, 0 new records\n')
  })

  test('tells in a few words what today is, as the last sync has left it', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    const today = anAssistantRow({ id: 'msg_01ABCDEFGHJKLMNPQ000002', timestamp: '2026-11-22T11:00:00Z' })
    writeFile(join(studio.surroundings().home, '.claude/projects/p/t.jsonl'), lines(today))
    await syncCommand({ quiet: true }, studio.surroundings())
    expect((await studio.status({ short: true })).text).toMatch(/^● 2\.40K \$0\.\d\d\n$/)
  })

  test('without a server: this machine only, and how to join one', async () => {
    const studio = machine()
    await automaticSync('Stop', studio.surroundings())
    const { code, text } = await studio.status()
    expect([code, text]).toMatchInlineSnapshot(`
      [
        0,
        "○ This machine only. Nothing is sent anywhere.

        Local history  1 transcript since Fri 20 Nov, 2.40K tokens: forge tokens
        Automatic      off; turn it on: forge install
        Join a server  forge login http://your-server:8420
        Start one      forge serve
      ",
      ]
    `)
  })

  test('of one that is paused, or has never read anything', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    expect((await studio.status()).text).toContain('  Last sync    never')
    await syncCommand({ quiet: true }, studio.surroundings())
    setPause(studio.surroundings(), { since: START, until: START + 60 * MINUTE })
    const { code, text } = await studio.status()
    expect([code, text.split('\n')[0]]).toEqual([0, '▲ studio is paused; nothing waits'])
    expect(text).toContain('  Paused       until 13:00')
    expect(text).toContain('Go on: forge resume')
  })

  test.each([40, 60, 80, 120])('fits into %d columns', async (columns) => {
    const studio = machine({ FORGE_SERVER_URL: away, FORGE_API_KEY: 'a-key-for-tests-only' }, columns)
    await automaticSync('Stop', studio.surroundings())
    const { text } = await studio.status()
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
    expect((await studio.status({ ascii: true })).text).toMatch(/^[\x20-\x7e\n]*$/)
  })
})
