import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { administration } from '../api/administration.ts'
import { runCommand } from '../bin/commands.ts'
import { readConfig, writeSetting } from '../client/config.ts'
import type { Problem } from '../core/problem.ts'
import { tempFolder } from './support/folders.ts'
import { startServer, type TestServer } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

/** A command on a machine, with what it printed; a problem is handed out as its code and words. */
async function forge(words: string, given: { home: string; env?: Record<string, string> }) {
  const surroundings = testSurroundings(given)
  const ended = await runCommand(['node', 'forge', ...words.split(' ')], 'forge', '0.0.0', surroundings).catch(
    ({ code, message, hint }: Problem) => ({ code, message, hint }),
  )
  return { ended, out: surroundings.stdout.text, said: surroundings.stderr.text, surroundings }
}

/** What the machine of a server has around it: its store and its port, and no key. */
function besides(server: TestServer, home = tempFolder()): { home: string; env: Record<string, string> } {
  return { home, env: { ...server.store.env, FORGE_PORT: String(server.running.port) } }
}

async function machineWithKey(server: TestServer, kind: 'machine' | 'read'): Promise<string> {
  const home = tempFolder()
  const { key } = await administration({ url: server.url, key: server.key }).addKey({ kind, label: 'laptop' })
  const surroundings = testSurroundings({ home })
  await writeSetting(surroundings, 'server_url', server.url)
  await writeSetting(surroundings, 'api_key', key)
  return home
}

test('on the server’s own machine keys are made, listed and revoked without one', async () => {
  const server = await startServer(tempFolder())
  const here = besides(server)
  const made = await forge('key add status-bar', here)
  expect(made.ended).toBe(0)
  expect(made.out).toMatch(/^cf_read_[0-9a-z]{10}_[\w-]{43}_\w{6}\n$/)
  expect(made.said).toContain('only time that the key is shown')
  const laptop = { home: tempFolder(), env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: made.out.trim() } }
  const shown = await forge('machines --json', laptop)
  expect([shown.ended, JSON.parse(shown.out), shown.said]).toEqual([
    0,
    expect.objectContaining({ source: 'server', machines: [] }),
    expect.stringContaining('may only read: nothing of this machine is sent'),
  ])

  const listed = JSON.parse((await forge('key list --json', here)).out) as { keys: { id: string; label: string }[] }
  expect(listed.keys).toMatchObject([{ label: 'status-bar', kind: 'read', is_valid: true }])
  const id = listed.keys[0]?.id ?? ''
  expect((await forge(`key revoke ${id}`, here)).ended).toBe(0)
  expect((await forge('machines --json', laptop)).ended).toMatchObject({
    code: 'unauthenticated',
    message: expect.stringMatching(/^This key was revoked on /),
  })
  // What it did that with is gone again.
  const all = await administration({ url: server.url, key: server.key }).keys()
  expect(all.map(({ label, is_valid }) => [label, is_valid])).toEqual([['status-bar', false]])
  expect(JSON.parse((await forge('key list --json', here)).out)).toMatchObject({ keys: [] })
})

test('on another machine they need the key of an administrator', async () => {
  const server = await startServer(tempFolder())
  const home = await machineWithKey(server, 'machine')
  for (const words of ['key list', 'key add', 'key revoke x', 'key rotate x']) {
    expect((await forge(words, { home })).ended).toMatchObject({ code: 'forbidden', hint: /FORGE_API_KEY=KEY/ })
  }
  expect((await forge('key list --json', { home, env: { FORGE_API_KEY: server.key } })).ended).toBe(0)
})

test('the data of another server on this machine are not taken for those of its own', async () => {
  const [here, there] = [await startServer(tempFolder()), await startServer(tempFolder())]
  const home = await machineWithKey(there, 'machine')
  expect((await forge('key list', besides(here, home))).ended).toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('is another one'),
  })
  expect(await administration({ url: here.url, key: here.key }).keys()).toEqual([])
})

test('a machine exchanges its own key, and the old one ends', async () => {
  const server = await startServer(tempFolder())
  const home = await machineWithKey(server, 'machine')
  const keyNow = () => readConfig(testSurroundings({ home })).api_key as string
  const old = keyNow()
  const rotated = await forge('key rotate --now', { home })
  expect([rotated.ended, rotated.out]).toEqual([0, ''])
  expect(keyNow()).not.toBe(old)
  expect((await forge('machines --json', { home })).ended).toBe(0)
  const env = { FORGE_API_KEY: old }
  expect((await forge('machines --json', { home, env })).ended).toMatchObject({ code: 'unauthenticated' })
  expect((await forge('key rotate', { home, env })).ended).toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('FORGE_API_KEY'),
  })
  mkdirSync(join(home, 'nothing'))
  expect((await forge('key rotate', { home: join(home, 'nothing') })).ended).toMatchObject({ code: 'unauthenticated' })
})

test.each(['key add --expires soon', 'key add --expires 0d', 'key add --expires 9999d'])(
  '%s means nothing',
  async (words) => {
    expect((await forge(words, { home: tempFolder() })).ended).toMatchObject({ code: 'invalid-request' })
  },
)
