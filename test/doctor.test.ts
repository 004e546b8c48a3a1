import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VERSION } from '../bin/version.ts'
import { shimPath } from '../client/automatic/shim.ts'
import { automaticSync } from '../client/automatic/worker.ts'
import { doctorCommand, type DoctorOptions } from '../client/commands/doctor.ts'
import { installCommand } from '../client/commands/install.ts'
import { syncCommand } from '../client/commands/sync.ts'
import { type Network, systemNetwork } from '../client/doctor/network.ts'
import { foreignServer } from './support/foreign-server.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { nobody } from './support/nobody.ts'
import { runForge, serveForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer, TEST_KEY } from './support/server.ts'
import { capture, testSurroundings, typed } from './support/surroundings.ts'

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }))

function machine(env: Record<string, string> = {}) {
  const home = tempFolder()
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow({ timestamp: new Date().toISOString() })))
  const surroundings = (columns = 80) =>
    testSurroundings({
      home,
      // The server's clock is this one's.
      now: Date.now,
      env: { NO_COLOR: '1', LANG: 'C.UTF-8', PATH: '/usr/bin:/bin', HOME: home, ...env },
      stdout: capture({ isTTY: true, columns }),
    })
  const doctor = async (options: DoctorOptions = {}, network: Partial<Network> = {}, given = surroundings()) => {
    const code = await doctorCommand(options, { version: VERSION, network: { ...systemNetwork, ...network } }, given)
    return { code, text: given.stdout.text }
  }
  /** One check, by its id. */
  const check = async (id: string, network: Partial<Network> = {}, given = surroundings()) => {
    const { text } = await doctor({ json: true }, network, given)
    const { checks } = JSON.parse(text) as {
      checks: { id: string; status: string; detail: string; next: string | null }[]
    }
    return checks.find((found) => found.id === id)
  }
  return { home, surroundings, doctor, check }
}

async function joined() {
  const server = await startServer(tempFolder(), { now: Date.now })
  return machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
}

describe('forge doctor', () => {
  test('of a machine that is well: every line a tick or a reason, exit 0', async () => {
    const studio = await joined()
    await installCommand({ yes: true, hooks: true, statusline: true }, studio.surroundings())
    await automaticSync('Stop', studio.surroundings())
    const { code, text } = await studio.doctor()
    expect(text).not.toContain('✗')
    expect(code).toBe(0)
    for (const label of ['Claude Code', 'Deletion', 'Reading', 'Coverage', 'Settings', 'Ledger', 'DNS', 'Connection']) {
      expect(text).toMatch(new RegExp(`^✓ ${label} `, 'm'))
    }
    for (const label of ['TLS', 'Key', 'Clock', 'Waiting', 'Refused', 'Its settings', 'Hooks', 'Bare call', 'Runs']) {
      expect(text).toMatch(new RegExp(`^✓ ${label} `, 'm'))
    }
  })

  test.each([40, 80, 120])('fits into %d columns', async (columns) => {
    const studio = machine({ FORGE_SERVER_URL: await nobody(), FORGE_API_KEY: TEST_KEY })
    const place = { ...studio.surroundings(columns), home: tempFolder() }
    const { text } = await studio.doctor({}, {}, place)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
  })

  test('of the real program is one JSON object with stable ids, and ends with 0', async () => {
    const server = await serveForge({ home: tempFolder(), env: { FORGE_API_KEY: TEST_KEY } })
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY }
    const { code, stdout, stderr } = await runForge(['doctor', '--json'], { home: tempFolder(), env })
    const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string }[] }
    expect([code, stderr, checks.filter(({ status }) => status === 'fail')]).toEqual([0, '', []])
    expect(checks.map(({ id }) => id)).toEqual(
      [
        'claude-code retention reading coverage command config ledger dns connect tls server key clock',
        'waiting refused settings hooks shim timer limits runs',
      ].flatMap((ids) => ids.split(' ')),
    )
  })
})

describe('the way to the server, and the first step that fails:', () => {
  test('a name that cannot be looked up', async () => {
    const studio = machine({ FORGE_SERVER_URL: 'http://nas:8420', FORGE_API_KEY: TEST_KEY })
    const network = { lookup: failing('ENOTFOUND') }
    expect(await studio.check('dns', network)).toMatchObject({
      status: 'fail',
      detail: 'the name nas cannot be looked up (ENOTFOUND)',
      next: expect.stringContaining('Is it spelled right'),
    })
    expect(await studio.check('rest', network)).toMatchObject({
      status: 'skip',
      detail: expect.stringContaining('TLS'),
    })
    expect((await studio.doctor({}, network)).code).toBe(1)
  })

  test('a port at which nothing listens', async () => {
    const studio = machine({ FORGE_SERVER_URL: await nobody(), FORGE_API_KEY: TEST_KEY })
    expect(await studio.check('connect')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('refused: the host answers, but nothing listens on that port'),
      next: expect.stringContaining('forge serve --host 0.0.0.0'),
    })
  })

  test('a host that does not answer', async () => {
    const studio = machine({ FORGE_SERVER_URL: 'http://10.1.2.3', FORGE_API_KEY: TEST_KEY })
    expect(await studio.check('connect', { connect: failing('EHOSTUNREACH') })).toMatchObject({
      status: 'fail',
      detail: '10.1.2.3:80 cannot be reached (EHOSTUNREACH)',
    })
  })

  test('a certificate that is not to be trusted', async () => {
    const studio = machine({ FORGE_SERVER_URL: 'https://10.1.2.3', FORGE_API_KEY: TEST_KEY })
    const network = { connect: () => Promise.resolve(), certificate: failing('CERT_HAS_EXPIRED') }
    expect(await studio.check('tls', network)).toMatchObject({
      status: 'fail',
      detail: 'the certificate of 10.1.2.3 is not to be trusted (CERT_HAS_EXPIRED)',
    })
  })

  test.each([
    ['http://example.com', 'warn'],
    ['http://203.0.113.9:8420', 'warn'],
    ['http://nas:8420', 'pass'],
    ['http://192.168.1.20:8420', 'pass'],
    ['http://100.101.102.103:8420', 'pass'],
    ['http://[fd7a:115c::1]:8420', 'pass'],
    ['https://example.com', 'pass'],
  ])('plain HTTP on a public way is warned of: %s', async (url, status) => {
    const studio = machine({ FORGE_SERVER_URL: url, FORGE_API_KEY: TEST_KEY })
    const network = {
      lookup: async () => '192.0.2.1',
      connect: () => Promise.resolve(),
      certificate: async () => 'Jan 1 2030',
    }
    const place = { ...studio.surroundings(), fetch: () => Promise.reject(new TypeError('no network here')) }
    expect(await studio.check('tls', network, place)).toMatchObject({ status })
  })

  test('another program at its port', async () => {
    const { url } = await foreignServer((_request, response) => response.end('<html>Sign in</html>'))
    const studio = machine({ FORGE_SERVER_URL: url, FORGE_API_KEY: TEST_KEY })
    expect(await studio.check('server')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('a web page'),
    })
  })

  test('a key that is not known there', async () => {
    const server = await startServer(tempFolder())
    const studio = machine({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: 'a-key-that-was-revoked' })
    expect(await studio.check('key')).toMatchObject({ status: 'fail' })
  })

  test('a clock that is a year off', async () => {
    const studio = await joined()
    const place = { ...studio.surroundings(), now: () => Date.now() + 365 * 86_400_000 }
    expect(await studio.check('clock', {}, place)).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/clock is 36[45] d.* ahead of the server’s/),
    })
  })

  test('no server at all is no fault', async () => {
    expect(await machine().check('server')).toMatchObject({ status: 'pass' })
  })
})

describe('on the machine:', () => {
  test('settings that others may read are closed by --fix', async () => {
    const studio = machine()
    const path = writeFile(join(studio.home, '.claudeforge/config.json'), JSON.stringify({ api_key: TEST_KEY }))
    chmodSync(path, 0o644)
    expect(await studio.check('config')).toMatchObject({ status: 'warn', next: `chmod 600 ${path}` })
    await studio.doctor({ fix: true, yes: true })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('hooks that someone took out are put back by --fix, after consent', async () => {
    const studio = machine()
    await installCommand({ yes: true, hooks: true }, studio.surroundings())
    writeFile(join(studio.home, '.claude/settings.json'), '{ "model": "opus" }')
    expect(await studio.check('hooks')).toMatchObject({ status: 'fail', next: 'forge install --hooks' })
    const asked = (answer: string) => ({
      ...studio.surroundings(),
      stdin: typed([answer]),
      stderr: capture({ isTTY: true, columns: 80 }),
    })
    await studio.doctor({ fix: true }, {}, asked('n'))
    expect(readFileSync(join(studio.home, '.claude/settings.json'), 'utf8')).toBe('{ "model": "opus" }')
    expect((await studio.doctor({ fix: true }, {}, asked('y'))).code).toBe(0)
    expect(readFileSync(join(studio.home, '.claude/settings.json'), 'utf8')).toContain('forge-hook')
  })

  test('a shim that finds nothing any more is written anew by --fix', async () => {
    const studio = machine()
    const place = studio.surroundings()
    await installCommand({ yes: true, hooks: true }, place)
    const path = shimPath(place)
    writeFile(path, readFileSync(path, 'utf8').replaceAll(place.program.script, '/nowhere/forge.js'))
    expect(await studio.check('shim')).toMatchObject({ status: 'fail' })
    await studio.doctor({ fix: true, yes: true })
    expect(await studio.check('shim')).toMatchObject({
      status: 'pass',
      detail: `finds Node and claudeforge ${VERSION} without any environment`,
    })
  })

  test('another program called forge is named', async () => {
    const bin = tempFolder()
    chmodSync(writeFile(join(bin, 'forge'), '#!/bin/sh\n'), 0o755)
    const studio = machine({ PATH: `${bin}:/usr/bin:/bin` })
    expect(await studio.check('command')).toMatchObject({
      status: 'warn',
      detail: `another program called forge comes first on your PATH: ${join(bin, 'forge')}`,
    })
  })

  test.each([
    ['{ "disableAllHooks": true }', 'warn', 'turns off all hooks'],
    ['{ // a comment\n}', 'fail', 'has a comment in line 1'],
    ['{', 'fail', 'settings.json has'],
  ])('Claude Code’s settings with %s', async (text, status, detail) => {
    const studio = machine()
    writeFile(join(studio.home, '.claude/settings.json'), text)
    expect(await studio.check('settings')).toMatchObject({ status, detail: expect.stringContaining(detail) })
  })

  test('transcripts that were not read for too long, before Claude Code deletes them', async () => {
    const studio = machine()
    await automaticSync('Stop', studio.surroundings())
    expect(await studio.check('retention')).toMatchObject({ status: 'pass' })
    const late = { ...studio.surroundings(), now: () => Date.now() + 8 * 86_400_000 }
    expect(await studio.check('retention', {}, late)).toMatchObject({ status: 'warn' })
  })

  test('what waits, and why the last run failed', async () => {
    const studio = machine({ FORGE_SERVER_URL: await nobody(), FORGE_API_KEY: TEST_KEY })
    await automaticSync('Stop', studio.surroundings())
    expect(await studio.check('waiting')).toMatchObject({
      status: 'warn',
      detail: '1 record, never synced; nothing is lost',
    })
    expect(await studio.check('runs')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('Cannot reach'),
    })
  })

  test('a ledger that is none, and nothing that needs it', async () => {
    const studio = machine()
    writeFile(join(studio.home, '.claudeforge/ledger.db'), 'not a database at all, but something else. '.repeat(50))
    expect(await studio.check('ledger')).toMatchObject({ status: 'fail' })
    expect((await studio.doctor()).code).toBe(1)
  })
})

test('forge doctor --report names nobody and nothing: no key, name, address or folder', async () => {
  const server = await startServer(tempFolder(), { now: Date.now })
  const home = join(tempFolder(), 'CANARY-user')
  const env = {
    FORGE_SERVER_URL: server.url.replace('127.0.0.1', 'localhost'),
    FORGE_API_KEY: 'cf_machine_CANARYKEYCANARYKEYCANARYKEY',
    FORGE_HOSTNAME: 'CANARY-host',
    PATH: '/usr/bin:/bin',
  }
  const place = testSurroundings({ home, env, now: Date.now, stdout: capture({ isTTY: true, columns: 80 }) })
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow()))
  await installCommand({ yes: true, hooks: true }, place)
  await automaticSync('Stop', place)
  await syncCommand({ quiet: true }, place).catch(() => undefined)
  const shown = capture({ isTTY: true, columns: 80 })
  await doctorCommand({ report: true }, { version: VERSION }, { ...place, stdout: shown })
  expect(shown.text).toMatch(/^```text\nforge doctor · claudeforge/)
  expect(shown.text).toContain('Last failed runs:')
  for (const secret of ['CANARY', 'localhost', '127.0.0.1', home]) expect(shown.text).not.toContain(secret)
  expect(existsSync(join(home, '.claudeforge/config.json'))).toBe(false)
})
