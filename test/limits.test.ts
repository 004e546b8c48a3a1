import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installCommand } from '../client/commands/install.ts'
import { statusLineCommand } from '../client/commands/statusline.ts'
import { syncCommand } from '../client/commands/sync.ts'
import { listCommand } from '../client/commands/lists.ts'
import { lineCommand } from '../client/commands/line.ts'
import { automaticSync } from '../client/automatic/worker.ts'
import { aBatch } from '../server/testing.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { untilRuns } from './support/hooks.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { postBatch } from './support/server-data.ts'
import { startServer, type TestServer } from './support/server.ts'
import { capture, testSurroundings, typed } from './support/surroundings.ts'

/** Plan limits: from Claude Code's status line on several machines to one gauge. */

const START = Date.parse('2026-11-22T12:00:00Z')
const MINUTE = 60_000
const ACCOUNT = '11111111-2222-4333-8444-555555555555'

const told = (five: number, { session = 's1', resets = '2026-11-22T14:00:00Z', week = 41 } = {}) =>
  JSON.stringify({
    session_id: session,
    cwd: '/home/ana/CANARY',
    model: { id: 'claude-opus-5' },
    rate_limits: {
      five_hour: { used_percentage: five, resets_at: Date.parse(resets) / 1000 },
      seven_day: { used_percentage: week, resets_at: Date.parse('2026-11-24T08:00:00Z') / 1000 },
    },
  })

async function twoMachines() {
  let now = START
  const folder = tempFolder()
  const server = await startServer(folder, { now: () => now })
  const machine = (hostname: string) => {
    const home = join(folder, hostname)
    writeFile(join(home, '.claude.json'), JSON.stringify({ oauthAccount: { accountUuid: ACCOUNT } }))
    const surroundings = () =>
      testSurroundings({
        home,
        hostname,
        now: () => now,
        env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, NO_COLOR: '1', LANG: 'C.UTF-8' },
        stdout: capture({ isTTY: true, columns: 80 }),
        sleep: async (ms) => void (now += ms),
      })
    return {
      home,
      surroundings,
      hear: async (input: string) => {
        const at = { ...surroundings(), stdin: typed([input], { isTTY: false }) }
        expect(await statusLineCommand({}, at)).toBe(0)
        return at.stdout.text
      },
      sync: () => syncCommand({ quiet: true }, surroundings()),
    }
  }
  return { server, studio: machine('studio'), laptop: machine('laptop'), pass: (ms: number) => void (now += ms) }
}

const limitsOf = async (server: TestServer) => (await server.client.reports.limits({})).limits

describe('limits of two machines', () => {
  test('are one gauge for each window: the newest, with its age and where it was told', async () => {
    const { server, studio, laptop, pass } = await twoMachines()
    await studio.hear(told(40))
    pass(10 * MINUTE)
    await laptop.hear(told(55))
    // A machine that syncs late does not win with what it saw early.
    await laptop.sync()
    await studio.sync()
    expect(await limitsOf(server)).toMatchObject([
      { window: 'five_hour', used_percent: 55, hostname: 'laptop', seen_at: '2026-11-22T12:10:00.000Z' },
      { window: 'seven_day', used_percent: 41, hostname: 'laptop' },
    ])
  })

  test('are not taken back by a session that lies idle and tells what it once heard', async () => {
    const { server, studio, laptop, pass } = await twoMachines()
    await studio.hear(told(40, { session: 'idle' }))
    pass(10 * MINUTE)
    await laptop.hear(told(55))
    for (let i = 0; i < 3; i++) {
      pass(MINUTE)
      await studio.hear(told(40, { session: 'idle' }))
    }
    await Promise.all([studio.sync(), laptop.sync()])
    expect(await limitsOf(server)).toMatchObject([{ used_percent: 55 }, { used_percent: 41 }])
  })

  test('are gone after their reset, and said to be unknown', async () => {
    const { server, studio, pass } = await twoMachines()
    await studio.hear(told(99))
    await studio.sync()
    pass(125 * MINUTE)
    expect(await limitsOf(server)).toMatchObject([{ window: 'seven_day' }])
    pass(48 * 60 * MINUTE)
    expect(await limitsOf(server)).toEqual([])
    const { peaks } = await server.client.reports.limits({})
    expect(peaks).toMatchObject([{ window: 'seven_day' }, { window: 'five_hour', used_percent: 99 }])
  })

  test('that cannot be true are passed over: a clock that is wrong, a window that never resets, no number', async () => {
    const { server, studio } = await twoMachines()
    await studio.hear(told(40, { resets: '2030-01-01T00:00:00Z', week: Number.NaN }))
    await studio.hear(told(40, { resets: '2026-11-22T11:00:00Z', week: -4 }))
    await studio.hear('garbage')
    await studio.hear(
      JSON.stringify({ rate_limits: { five_hour: 'full', '../x': { used_percentage: 1, resets_at: 1 } } }),
    )
    await studio.sync()
    expect(await limitsOf(server)).toEqual([])
  })

  test('that could not be recorded are taken in with the next line', async () => {
    const { server, studio } = await twoMachines()
    const inTheWay = join(studio.home, '.claudeforge/ledger.db')
    mkdirSync(inTheWay, { recursive: true })
    await studio.hear(told(40))
    rmdirSync(inTheWay)
    await studio.hear(told(40))
    await studio.sync()
    expect(await limitsOf(server)).toMatchObject([{ used_percent: 40 }, { used_percent: 41 }])
  })

  test('do not win for ever where a machine’s clock is a day ahead', async () => {
    const { server, studio, pass } = await twoMachines()
    const seen_at = START + 24 * 60 * MINUTE
    const sample = {
      account: '',
      window: 'seven_day',
      used_percent: 90,
      resets_at: START + 3 * 24 * 60 * MINUTE,
      seen_at,
    }
    const machine = { id: 'machine-ahead', hostname: 'ahead' }
    const answer = await postBatch(server.url, aBatch([], { machine, up_to: 1, limits: [sample] }))
    expect(answer.status).toBe(200)
    pass(MINUTE)
    await studio.hear(told(1))
    await studio.sync()
    const account = await limitsOf(server)
    expect(account.find((limit) => limit.account === '')).toMatchObject({ seen_at: '2026-11-22T12:00:00.000Z' })
  })

  test('tell accounts apart by a hash, and the id of an account leaves no machine', async () => {
    const { server, studio, laptop } = await twoMachines()
    writeFile(join(laptop.home, '.claude.json'), JSON.stringify({ oauthAccount: { accountUuid: 'another' } }))
    await studio.hear(told(40))
    await laptop.hear(told(70))
    await Promise.all([studio.sync(), laptop.sync()])
    const limits = await limitsOf(server)
    expect(limits.map(({ window }) => window)).toEqual(['five_hour', 'seven_day', 'five_hour', 'seven_day'])
    expect(limits.every(({ account }) => /^a[\w-]{21}$/.test(account))).toBe(true)
    expect(JSON.stringify(limits)).not.toContain(ACCOUNT)
    expect(readFileSync(join(studio.home, '.claudeforge/ledger.db'), 'latin1')).not.toContain('CANARY')
  })

  test('are sent again to a server that was replaced', async () => {
    const { studio, pass } = await twoMachines()
    await studio.hear(told(40))
    await studio.sync()
    pass(MINUTE)
    const other = await startServer(tempFolder(), { now: () => START + MINUTE })
    const place = studio.surroundings()
    await syncCommand({ quiet: true }, { ...place, env: { ...place.env, FORGE_SERVER_URL: other.url } })
    expect(await limitsOf(other)).toHaveLength(2)
  })
})

describe('forge limits', () => {
  test('says how full, when it resets, and what is known of the pace', async () => {
    const { studio, pass } = await twoMachines()
    for (const percent of [50, 60, 70, 78]) {
      await studio.hear(told(percent))
      pass(10 * MINUTE)
    }
    const place = studio.surroundings()
    expect(await listCommand('limits', {}, place)).toBe(0)
    expect(place.stdout.text).toMatch(/^Plan limits +as of 12:30, from studio\n/)
    expect(place.stdout.text).toMatch(/5-hour window {3}█+[▏▎▍▌▋▊▉]?░+ {2}78% {2}resets 14:00, 1 h 20\n/)
    expect(place.stdout.text).toContain('▲ 5-hour window: full at 12:54 at this pace, 1 h 06 before it resets.')
    expect(place.stdout.text).toContain('not from a guess')
  })

  test('says that they are unknown, and how to know them', async () => {
    const { studio } = await twoMachines()
    const place = studio.surroundings()
    expect(await listCommand('limits', {}, place)).toBe(0)
    expect(place.stdout.text).toContain('not known on this server yet')
    expect(place.stdout.text).toContain('forge install --statusline')
  })
})

describe('forge line', () => {
  test('tells what the last sync left, and of another day only what holds still', async () => {
    const { studio, pass } = await twoMachines()
    writeFile(
      join(studio.home, '.claude/projects/p/s.jsonl'),
      lines(anAssistantRow({ timestamp: '2026-11-22T10:00:00Z' })),
    )
    await studio.hear(told(40))
    await automaticSync('Stop', studio.surroundings())
    const line = (format = '{tokens} {5h} {week}') => {
      const place = studio.surroundings()
      lineCommand({ format }, place)
      return place.stdout.text
    }
    expect(line()).toBe('2.40K 40% 41%\n')
    pass(121 * MINUTE)
    expect(line()).toBe('2.40K - 41%\n')
    pass(24 * 60 * MINUTE)
    expect(line()).toBe('- - 41%\n')
    expect(JSON.parse(line('json'))).toMatchObject({ schema_version: 1, limits: [{ window: 'seven_day' }] })
  })

  test('says nothing, and ends well, where nothing is known', () => {
    const place = testSurroundings({ home: tempFolder() })
    expect([lineCommand({ format: 'claude' }, place), place.stdout.text]).toEqual([0, ''])
  })
})

describe('the status line in Claude Code', () => {
  const env = (home: string) => ({ HOME: home, TZ: 'UTC', LANG: 'C.UTF-8' })
  async function installed(statusLine?: object) {
    const home = tempFolder()
    mkdirSync(join(home, '.claude'))
    if (statusLine !== undefined) writeFile(join(home, '.claude/settings.json'), JSON.stringify({ statusLine }))
    await installCommand({ yes: true, statusline: true }, testSurroundings({ home, env: { PATH: '/nowhere' } }))
    const { statusLine: now } = JSON.parse(readFileSync(join(home, '.claude/settings.json'), 'utf8')) as {
      statusLine: { command: string }
    }
    const call = (input: string) =>
      spawnSync('/bin/sh', ['-c', now.command], { env: env(home), input, encoding: 'utf8' })
    return { home, call, now }
  }
  const inTwoHours = () => new Date(Date.now() + 120 * MINUTE).toISOString()

  test('prints first and records behind its back; the next line shows it', async () => {
    const { home, call } = await installed()
    expect(call(told(78, { resets: inTwoHours(), week: 0 }))).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(await untilRuns(home, 1)).toMatchObject([{ by: 'statusline' }])
    expect(call('{}').stdout).toMatch(/^5h ███████▊░░ 78% → /)
  })

  test('prints what was there before, with the same input, and its own line below', async () => {
    const { home, call } = await installed({
      type: 'command',
      command: `cat | tr a-z A-Z; printf "%s" "it's"`,
      padding: 0,
    })
    writeFile(
      join(home, '.claudeforge/automatic/statusline'),
      `${Math.floor(Date.now() / 1000) + 60}\nours  with  blanks\n`,
    )
    expect(call('{"cwd":"x"}')).toMatchObject({ stdout: `{"CWD":"X"}it's\nours  with  blanks\n`, stderr: '' })
  })

  test('keeps what else is set of it', async () => {
    const { now } = await installed({ type: 'command', command: 'date', padding: 2, refreshInterval: 5 })
    expect(now).toMatchObject({ type: 'command', padding: 2, refreshInterval: 5 })
  })

  test('does not show what does not hold any more, and survives anything on its input', async () => {
    const { home, call } = await installed()
    writeFile(join(home, '.claudeforge/automatic/statusline'), '1000\nlong past\n')
    for (const input of ['', 'garbage', '\u0000\u001b[31m', 'x'.repeat(300_000)]) {
      expect(call(input)).toMatchObject({ status: 0, stdout: '' })
    }
  })

  test('that fails says nothing: neither a word nor an exit code', async () => {
    const file = writeFile(join(tempFolder(), 'a-file'), '')
    const place = testSurroundings({ home: join(file, 'x'), stdin: typed([told(5)], { isTTY: false }) })
    expect(await statusLineCommand({}, place)).toBe(0)
    expect([place.stdout.text, place.stderr.text]).toEqual(['', ''])
  })

  test('keeps its files closed to others', async () => {
    const { home, call } = await installed()
    call(told(78, { resets: inTwoHours() }))
    await untilRuns(home, 1)
    for (const name of ['statusline', 'line.json', 'limits-heard.json']) {
      const path = join(home, '.claudeforge/automatic', name)
      expect([name, existsSync(path) && statSync(path).mode & 0o777]).toEqual([name, 0o600])
    }
  })
})
