import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { foreignServer } from '../../test/support/foreign-server.ts'
import { tempFolder, writeFile } from '../../test/support/folders.ts'
import { anAssistantRow, lines } from '../../test/support/rows.ts'
import { startServer } from '../../test/support/server.ts'
import { testSurroundings } from '../../test/support/surroundings.ts'
import { takeProcessLock } from '../../store/process-lock.ts'
import { readFacts } from '../line/facts.ts'
import type { Caller } from './callers.ts'
import { lastRuns } from './log.ts'
import { endPause, setPause } from './pause.ts'
import { automaticFile } from './places.ts'
import { automaticSync, DEBOUNCE_MS } from './worker.ts'

const START = Date.parse('2026-11-22T12:00:00Z')
const MINUTE = 60_000

/** A machine with a clock that moves only when someone waits, or when the test says so. */
function machine(env: Record<string, string> = {}) {
  const home = tempFolder()
  let now = START
  const waits: number[] = []
  let whileWaiting: (() => void) | undefined
  let whenRunning: (() => void) | undefined
  const surroundings = testSurroundings({
    home,
    env,
    now: () => {
      const action = whenRunning
      whenRunning = undefined
      action?.()
      return now
    },
    randomBytes: (count) => new Uint8Array(count).fill(0x80),
    sleep: async (ms) => {
      waits.push(ms)
      now += ms
      whileWaiting?.()
    },
  })
  let responses = 0
  return {
    surroundings,
    waits,
    write: () => {
      const id = `msg_01ABCDEFGHJKLMNPQ${String(++responses).padStart(6, '0')}`
      writeFile(join(home, `.claude/projects/p/${id}.jsonl`), lines(anAssistantRow({ id })))
    },
    pass: (ms: number) => void (now += ms),
    whileWaiting: (action: (() => void) | undefined) => void (whileWaiting = action),
    /** Done once, when a run begins: it looks at the clock first. */
    whenRunning: (action: () => void) => void (whenRunning = action),
    call: (by: Caller = 'Stop') => automaticSync(by, surroundings),
    runs: () => lastRuns(100, surroundings),
  }
}

describe('automatic sync', () => {
  test('reads and sends what is new a moment after a call, and says nothing', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    studio.write()
    await studio.call('SessionEnd')
    expect(studio.runs()).toMatchObject([
      { by: 'SessionEnd', read: { files: 1, files_read: 1, new: 1 }, sent: { sent: 1, stored: 1 } },
    ])
    expect(studio.waits).toEqual([1000])
    expect((await server.client.reports.totals({})).total_messages).toBe(1)
    expect([studio.surroundings.stdout.text, studio.surroundings.stderr.text]).toEqual(['', ''])
  })

  test('runs at most every half minute, and the last call of many gets a run', async () => {
    const studio = machine()
    await studio.call()
    studio.pass(10_000)
    await studio.call()
    expect(studio.waits).toEqual([1000, DEBOUNCE_MS - 10_000])
    expect(studio.runs()).toHaveLength(2)
  })

  test('is done by one process: a second call ends at once, and whoever works goes once more', async () => {
    const studio = machine()
    const others: Promise<void>[] = []
    studio.whileWaiting(() => {
      studio.whileWaiting(() => {
        if (others.length < 2) others.push(studio.call('SessionEnd'))
      })
      studio.whenRunning(() => others.push(studio.call('Stop')))
    })
    await studio.call('SessionStart')
    await Promise.all(others)
    // The second call came during the first run, the third while the second run waited: two runs serve all three.
    expect(studio.runs().map(({ by }) => by)).toEqual(['SessionStart', 'SessionStart'])
    expect(studio.waits).toEqual([1000, DEBOUNCE_MS])
  })

  test('compares with the server once a day, and sends again what it lacks', async () => {
    const folder = tempFolder()
    const server = await startServer(folder)
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    studio.write()
    await studio.call()
    const database = new DatabaseSync(server.store.address)
    onTestFinished(() => database.close())
    database.exec('delete from event; delete from usage_quarter')
    studio.pass(60 * MINUTE)
    await studio.call('timer')
    studio.pass(24 * 60 * MINUTE)
    await studio.call('timer')
    expect(studio.runs().map(({ sent, missing }) => [sent?.stored, missing])).toEqual([
      [1, 0],
      [0, undefined],
      [1, 1],
    ])
  })

  test('of a process that was killed leaves no lock behind', async () => {
    const studio = machine()
    const release = takeProcessLock(automaticFile(studio.surroundings, 'lock'))
    await studio.call()
    expect(studio.runs()).toEqual([])
    // What the system does when a process ends, however it ends.
    release?.()
    await studio.call()
    expect(studio.runs()).toHaveLength(1)
  })

  test('without a server reads all the same, so that nothing is deleted unread', async () => {
    const studio = machine()
    studio.write()
    await studio.call()
    expect(studio.runs()).toMatchObject([{ read: { new: 1 }, not_sent: 'no-server' }])
  })

  test('that is paused reads and sends nothing, until the pause is over', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    studio.write()
    setPause(studio.surroundings, { since: START, until: START + 60 * MINUTE })
    await studio.call()
    studio.pass(61 * MINUTE)
    await studio.call()
    setPause(studio.surroundings, { since: START, until: null })
    studio.pass(365 * 24 * 60 * MINUTE)
    await studio.call()
    endPause(studio.surroundings)
    studio.pass(MINUTE)
    await studio.call()
    expect(studio.runs()).toMatchObject([
      { read: { new: 1 }, not_sent: 'paused' },
      { sent: { sent: 1 } },
      { not_sent: 'paused' },
      { sent: { sent: 0 } },
    ])
  })

  test('goes on reading while a ledger is busy or anything else fails, and logs why', async () => {
    const studio = machine()
    await studio.call()
    mkdirSync(join(studio.surroundings.home, '.claudeforge'), { recursive: true })
    writeFile(join(studio.surroundings.home, '.claudeforge/config.json'), '{')
    studio.pass(MINUTE)
    await studio.call()
    expect(studio.runs().at(-1)).toMatchObject({ problem: { code: 'invalid-request' } })
    writeFile(join(studio.surroundings.home, '.claudeforge/config.json'), '{}')
    studio.pass(MINUTE)
    await studio.call()
    expect(studio.runs().at(-1)).toMatchObject({ not_sent: 'no-server' })
  })

  test('never fails, even where nothing can be written', async () => {
    const file = writeFile(join(tempFolder(), 'a-file'), '')
    await automaticSync('Stop', testSurroundings({ home: join(file, 'no-folder') }))
  })
})

describe('a server that is away', () => {
  test('is tried again later and later, with jitter, and everything waits here', async () => {
    const studio = machine({ FORGE_SERVER_URL: 'http://127.0.0.1:9', FORGE_API_KEY: 'a-key-for-tests-only' })
    studio.write()
    const tried: number[] = []
    let last = START
    for (let minutes = 0; minutes < 60; minutes++) {
      await studio.call('timer')
      const run = studio.runs().at(-1)
      if (run?.problem !== undefined) {
        tried.push(Math.round((Date.parse(run.at) - last) / MINUTE))
        last = Date.parse(run.at)
      }
      studio.pass(MINUTE)
    }
    // Half of 1, 2, 4, 8, 16 and then 30 minutes, since the random is a half here; a call comes every minute or so.
    expect(tried.slice(1, 8)).toEqual([1, 1, 2, 4, 8, 15, 15])
    expect(studio.runs().filter(({ not_sent }) => not_sent === 'waiting').length).toBeGreaterThan(25)
  })

  test('is not called before the time it asked for, and never waited for more than about an hour', async () => {
    let seconds = '600'
    const { url, requests } = await foreignServer((_request, response) =>
      response.writeHead(503, { 'Retry-After': seconds }).end('{"code":"unavailable","detail":"later"}'),
    )
    const studio = machine({ FORGE_SERVER_URL: url, FORGE_API_KEY: 'a-key-for-tests-only' })
    await studio.call()
    studio.pass(10 * MINUTE)
    await studio.call()
    expect(requests()).toBe(1)
    studio.pass(2 * MINUTE)
    seconds = '999999'
    await studio.call()
    expect(requests()).toBe(2)
    studio.pass(73 * MINUTE)
    await studio.call()
    expect(requests()).toBe(3)
  })

  test('is not waited for until the clock, set back a year, has caught up', async () => {
    const { url, requests } = await foreignServer((_request, response) => response.writeHead(503).end())
    const studio = machine({ FORGE_SERVER_URL: url, FORGE_API_KEY: 'a-key-for-tests-only' })
    await studio.call()
    studio.pass(-365 * 24 * 60 * MINUTE)
    await studio.call()
    expect([requests(), studio.runs().at(-1)?.not_sent]).toEqual([1, 'waiting'])
    // It waits its half minute of debounce, and then no longer than was left.
    studio.pass(30 * MINUTE)
    for (let i = 0; i < 3; i++) await studio.call()
    expect(studio.waits.every((ms) => ms <= DEBOUNCE_MS)).toBe(true)
  })
})

describe('a server that refuses this machine', () => {
  test('is not asked again with the same key, but at once with another one', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: 'a-key-that-was-revoked' })
    studio.write()
    await studio.call()
    expect(readFacts(studio.surroundings)?.signed_out).toBe(true)
    for (let i = 0; i < 3; i++) {
      studio.pass(24 * 60 * MINUTE)
      await studio.call()
    }
    expect(studio.runs().map(({ problem, not_sent }) => problem?.code ?? not_sent)).toEqual([
      'unauthenticated',
      'refused',
      'refused',
      'refused',
    ])
    studio.pass(MINUTE)
    await automaticSync('Stop', {
      ...studio.surroundings,
      env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key },
    })
    expect(studio.runs().at(-1)).toMatchObject({ sent: { stored: 1 } })
    expect(readFacts(studio.surroundings)?.signed_out).toBeUndefined()
  })
})

test('the log is closed to others and its oldest lines go', async () => {
  const studio = machine()
  const { logRun, logPath } = await import('./log.ts')
  const stack = 'x'.repeat(100_000)
  for (let i = 0; i < 80; i++) {
    const problem = { code: 'unexpected', message: String(i), stack } as const
    logRun({ at: new Date(START).toISOString(), by: 'Stop', ms: 0, problem }, studio.surroundings)
  }
  const path = logPath(studio.surroundings)
  const sizes = ['', '.1', '.2', '.3', '.4'].map((end) => statSync(path + end).size)
  expect(sizes.every((size) => size <= 1_100_000)).toBe(true)
  expect(statSync(`${path}.5`, { throwIfNoEntry: false })).toBeUndefined()
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(lastRuns(3, studio.surroundings).map(({ problem }) => problem?.message)).toEqual(['77', '78', '79'])
})
