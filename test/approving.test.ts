import { describe, expect, test } from 'vitest'
import { tempFolder } from './support/folders.ts'
import { admin, atTerminal, forge, type Given, homeWithUsage } from './support/joining.ts'
import { startServer, type TestServer } from './support/server.ts'

describe('forge approve', () => {
  async function waiting(server: TestServer): Promise<{ user_code: string; match: string }> {
    const { out } = await forge(`login ${server.url}`, { home: tempFolder() })
    return JSON.parse(out) as { user_code: string; match: string }
  }

  const here = (server: TestServer): Given => ({
    home: tempFolder(),
    env: { ...server.store.env, FORGE_PORT: String(server.running.port) },
  })

  test('shows who asks, and lets in who shows the number', async () => {
    const server = await startServer(tempFolder())
    const { user_code, match } = await waiting(server)
    const terminal = atTerminal('7', match)
    const { ended } = await forge(`approve ${user_code.toLowerCase()}`, { ...here(server), ...terminal })
    expect(ended).toBe(0)
    expect(terminal.stderr.text).toMatch(/Machine {2}laptop\n {2}System {3}\S.*\n {2}From {5}127\.0\.0\.1, just now\n/)
    expect(terminal.stderr.text).toContain('✓ laptop is let in.')
  })

  test('turns down who shows another number, or who is not wanted', async () => {
    const server = await startServer(tempFolder())
    const first = await waiting(server)
    const wrong = first.match === '10' ? '11' : '10'
    expect((await forge(`approve ${first.user_code} --number ${wrong}`, here(server))).ended).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('turned down'),
    })
    const second = await waiting(server)
    expect((await forge(`approve ${second.user_code} --deny`, here(server))).ended).toBe(0)
    const third = await waiting(server)
    expect((await forge(`approve ${third.user_code}`, { ...here(server), ...atTerminal('n') })).ended).toBe(0)
    const fourth = await waiting(server)
    const alone = await forge(`approve ${fourth.user_code}`, here(server))
    expect(alone.ended).toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('--number') })
    expect((await forge('approve BBBB-BBBB', here(server))).ended).toMatchObject({ code: 'not-found' })
    expect(await admin(server).keys()).toEqual([])
  })
})

test('forge invite prints the line to run, and nothing else where it is piped', async () => {
  const server = await startServer(tempFolder())
  const env = { ...server.store.env, FORGE_PORT: String(server.running.port) }
  const { ended, out, said } = await forge('invite', { home: tempFolder(), env })
  expect([ended, out]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^forge login http://127.0.0.1:${server.running.port} --code [A-Z]{4}-[A-Z]{4}\n$`),
    ),
  ])
  expect(said).toContain('forge serve --host 0.0.0.0')
  const words = out.trim().replace('forge ', '')
  expect((await forge(`${words} --no-install`, { home: homeWithUsage(1) })).ended).toBe(0)
})
