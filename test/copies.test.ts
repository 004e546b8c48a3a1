import { spawnSync } from 'node:child_process'
import { cpSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { administration } from '../api/administration.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { type ProgramOptions, runForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer, TEST_KEY, type TestServer } from './support/server.ts'

// Homes are copied, and computers are cloned. Each is noticed, someone is asked, and no total is wrong meanwhile.

/** Runs the program on a machine called studio. */
function run(home: string, words: readonly string[], { env = {}, by = [] }: Omit<ProgramOptions, 'home'> = {}) {
  return runForge(words, { home, env: { NO_COLOR: '1', FORGE_HOSTNAME: 'studio', ...env }, by })
}

let responses = 0

/** Someone works there: one more response of 100 output tokens. */
function work(home: string): void {
  const id = `msg_01ABCDEFGHJKLMNPQRSTU${String(++responses).padStart(3, '0')}`
  const timestamp = '2026-11-21T10:00:00Z'
  writeFile(
    join(home, `.claude/projects/p/${responses}.jsonl`),
    lines(anAssistantRow({ id, output: 100, timestamp, sessionId: `session-${responses}` })),
  )
}

async function joined(server: TestServer): Promise<string> {
  const home = join(tempFolder(), 'home')
  work(home)
  const { code } = await administration({ url: server.url, key: TEST_KEY }).invite('')
  expect(await run(home, ['login', server.url, '--code', code, '--no-install'])).toMatchObject({ code: 0 })
  return home
}

async function output(server: TestServer): Promise<number> {
  return (await server.client.reports.totals({})).output_tokens
}

describe('a home that was copied', () => {
  test('counts nothing twice, is asked about, and is one machine again once someone says so', async () => {
    const server = await startServer(tempFolder(), { now: Date.now })
    const home = await joined(server)
    const copy = `${home}-copied`
    cpSync(home, copy, { recursive: true })
    for (const each of [copy, home]) {
      work(each)
      expect(await run(each, ['sync'])).toMatchObject({ code: 0 })
    }
    expect(await output(server)).toBe(300)
    const { machines } = await server.client.reports.machines({})
    expect(machines.map(({ hostname }) => hostname.replace(/~.*/, ''))).toEqual(['studio', 'studio'])
    const came = machines.find(({ copied_from }) => copied_from !== null)
    const asked = (await run(home, ['machines', '--accessible', '--since', '2026-11-01'])).stdout
    const [, merge = ''] =
      /Is it the same one\? forge (machines merge \S+ \S+)/.exec(asked.replaceAll(/\s+/g, ' ')) ?? []
    expect(came?.copied_from).toMatch(/^studio~/)
    const words = [...merge.replaceAll("'", '').split(' '), '--yes']
    expect(await run(home, words, { env: { FORGE_API_KEY: TEST_KEY } })).toMatchObject({ code: 0 })
    for (const each of [copy, home]) {
      work(each)
      expect(await run(each, ['sync'])).toMatchObject({ code: 0 })
    }
    expect(await output(server)).toBe(500)
    expect(await server.client.reports.machines({})).toMatchObject({
      machines: [{ hostname: 'studio', output_tokens: 500, copied_from: null }],
    })
  })

  test('is not asked about any more once someone says that they are two', async () => {
    const server = await startServer(tempFolder(), { now: Date.now })
    const home = await joined(server)
    const copy = `${home}-copied`
    cpSync(home, copy, { recursive: true })
    work(copy)
    expect(await run(copy, ['sync'], { env: { FORGE_HOSTNAME: 'attic' } })).toMatchObject({ code: 0 })
    expect((await run(home, ['machines', '--accessible'])).stdout).toContain('attic came with the files of studio')
    await administration({ url: server.url, key: TEST_KEY }).changeMachine('attic', { action: 'keep' })
    expect((await run(home, ['machines', '--accessible'])).stdout).not.toContain('came with')
  })
})

test('a computer that was cloned, in everything but its name, is noticed on both sides, and counts nothing twice', async ({
  skip,
}) => {
  const ownName = ['unshare', '--user', '--map-current-user', '--uts']
  if (spawnSync('unshare', [...ownName.slice(1), 'true']).status !== 0) skip('no namespaces here')
  const server = await startServer(tempFolder(), { now: Date.now })
  const home = await joined(server)
  // The clone's disk lies where the original's does, whichever of them runs.
  const [aside, other] = [`${home}-aside`, `${home}-other`]
  cpSync(home, other, { recursive: true })
  const said: string[] = []
  for (const who of ['clone', 'original', 'clone'] as const) {
    if (who === 'clone') swap(home, aside, other)
    work(home)
    const { code, stderr: text } = await run(home, ['sync'], who === 'clone' ? { by: ownName } : {})
    expect([code, text]).toEqual([0, expect.any(String)])
    said.push(text)
    if (who === 'clone') swap(home, other, aside)
  }
  expect(said.map((text) => text.includes('one of them is a clone'))).toEqual([false, true, true])
  expect(await output(server)).toBe(400)
  expect((await run(home, ['machines', '--accessible'])).stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Two computers send as studio',
  )
})

/** What lies at the first place goes to the second, and what lies at the third comes there. */
function swap(place: string, to: string, from: string): void {
  renameSync(place, to)
  renameSync(from, place)
}
