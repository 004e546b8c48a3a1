import { describe, expect, test } from 'vitest'
import { parseKey } from '../api/key-text.ts'
import { readConfig } from '../client/config.ts'
import { tempFolder } from './support/folders.ts'
import { admin, forge, homeWithUsage, joinServer, output } from './support/joining.ts'
import { startServer, TEST_KEY, type TestServer } from './support/server.ts'
import { testSurroundings, typed } from './support/surroundings.ts'

test('a machine that was deleted comes in again as it was, once it is given a key; one that was erased sends everything', async () => {
  const server = await startServer(tempFolder())
  const home = homeWithUsage(1, 2)
  await joinServer(server, { home })
  await admin(server).changeMachine('laptop', { action: 'delete' })
  expect((await forge('sync', { home })).ended).toMatchObject({ code: 'unauthenticated', message: /was revoked/ })
  expect(await output(server)).toEqual([[], 0])
  await joinServer(server, { home })
  expect(await output(server)).toEqual([['laptop'], 200])
  const url = `${server.url}/v1/machines/laptop?hard=true`
  expect((await fetch(url, { method: 'DELETE', headers: { 'X-API-Key': TEST_KEY } })).status).toBe(200)
  expect((await forge('sync', { home })).ended).toMatchObject({ code: 'machine-erased' })
  await joinServer(server, { home })
  expect(await output(server)).toEqual([['laptop'], 200])
})

describe('a server behind the same address', () => {
  /** Stops a server, and starts one at its address with another store. */
  async function replaced(server: TestServer): Promise<TestServer> {
    await server.running.close()
    return startServer(tempFolder(), { port: Number(new URL(server.url).port) })
  }

  test('that lost its data or is another one is told from one that revoked a key; joining again sends everything', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1, 2)
    await joinServer(server, { home })
    const next = await replaced(server)
    expect((await forge('sync', { home })).ended).toMatchObject({
      code: 'unauthenticated',
      message: `The server at ${server.url} is another one than this machine joined, or it lost its data.`,
      hint: expect.stringContaining(`forge login ${server.url}`),
    })
    const invite = await admin(next).invite('')
    expect((await forge(`login --code ${invite.code} --no-install`, { home })).ended).toBe(0)
    expect(await output(next)).toEqual([['laptop'], 200])
  })

  test('that came back empty and knows the key is sent everything, unasked', async () => {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1, 2)
    const env = { FORGE_API_KEY: TEST_KEY }
    expect((await forge(`login ${server.url} --no-install`, { home, env })).ended).toBe(0)
    const next = await replaced(server)
    expect((await forge('sync', { home, env })).ended).toBe(0)
    expect(await output(next)).toEqual([['laptop'], 200])
  })

  test('that moved to another address is joined there, and counts nothing twice', async () => {
    const folder = tempFolder()
    const server = await startServer(folder)
    const home = homeWithUsage(1, 2)
    await joinServer(server, { home })
    await server.running.close()
    const moved = await startServer(folder, { store: server.store })
    expect((await forge('sync', { home })).ended).toMatchObject({ code: 'unreachable' })
    expect((await forge(`config set server-url ${moved.url}`, { home })).ended).toBe(0)
    expect((await forge('sync', { home })).ended).toBe(0)
    expect(await output(moved)).toEqual([['laptop'], 200])
  })
})

describe('forge logout', () => {
  async function joined(): Promise<{ server: TestServer; home: string; key: string }> {
    const server = await startServer(tempFolder())
    const home = homeWithUsage(1)
    await joinServer(server, { home })
    return { server, home, key: readConfig(testSurroundings({ home })).api_key as string }
  }

  test('ends the key on the server, forgets both here, and leaves all data', async () => {
    const { server, home, key } = await joined()
    expect(await forge('logout', { home })).toMatchObject({ ended: 0, said: expect.stringContaining('Signed out of') })
    expect(readConfig(testSurroundings({ home }))).toMatchObject({ server_url: undefined, api_key: undefined })
    expect(await admin(server).keys()).toMatchObject([{ is_valid: false }])
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: key }
    expect((await forge('sync', { home, env })).ended).toMatchObject({ code: 'unauthenticated' })
    expect(JSON.parse((await forge('tokens --json', { home })).out)).toMatchObject({ source: 'local' })
    expect(await output(server)).toEqual([['laptop'], 100])
    expect(await forge('logout', { home })).toMatchObject({
      ended: 0,
      said: expect.stringContaining('was not signed in'),
    })
  })

  test('also without the server, and says which key still holds there', async () => {
    const { server, home, key } = await joined()
    await server.running.close()
    const { ended, said } = await forge('logout', { home })
    expect([ended, said]).toEqual([0, expect.stringContaining(`forge key revoke ${parseKey(key)?.id}`)])
    expect(readConfig(testSurroundings({ home })).api_key).toBeUndefined()
  })

  test('does not end an administrator’s key, nor one of the environment', async () => {
    const server = await startServer(tempFolder())
    const home = tempFolder()
    const { key } = await admin(server).addKey({ kind: 'admin' })
    const stdin = typed([key], { isTTY: false })
    expect((await forge(`login ${server.url} --key-stdin --no-install`, { home, stdin })).ended).toBe(0)
    const env = { FORGE_API_KEY: TEST_KEY }
    expect((await forge('logout', { home, env })).ended).toMatchObject({ code: 'invalid-request' })
    expect((await forge('logout', { home })).ended).toBe(0)
    expect(await admin(server).keys()).toMatchObject([{ is_valid: true }])
  })
})
