import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connect } from '../api/client.ts'
import { makeCorpus, reportedCells, truthCells } from './support/corpus.ts'
import { testStore } from '../store/testing.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge, serveForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { TEST_KEY } from './support/server.ts'

/** The main job, by the real program: two machines with overlapping files, one server, one exact graph. */
test('two machines’ files become one exact graph, and stay it', { timeout: 240_000 }, async () => {
  const [whole, laptop, studio, nas] = [tempFolder(), tempFolder(), tempFolder(), tempFolder()]
  const truth = truthCells(makeCorpus(whole, { seed: 7, size: '12MB', hostile: true }))
  const projects = join(whole, '.claude', 'projects')
  const sessions = readdirSync(projects, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  )
  const copy = (home: string, keep: (i: number) => boolean) => {
    for (const [i, name] of sessions.entries()) {
      if (keep(i)) cpSync(join(projects, name), join(home, '.claude', 'projects', name), { recursive: true })
    }
  }
  // Each has two thirds, so a third of the sessions lies on both.
  copy(laptop, (i) => i % 3 !== 0)
  copy(studio, (i) => i % 3 !== 1)

  const env = { FORGE_API_KEY: TEST_KEY, ...(await testStore(nas)).env }
  let server = await serveForge({ home: nas, env })
  const port = Number(new URL(server.url).port)
  const { reports } = connect({ url: server.url, key: TEST_KEY })
  const join_ = async (home: string) => {
    expect((await runForge(['config', 'set', 'server-url', server.url], { home })).code).toBe(0)
    expect((await runForge(['config', 'set', 'api-key', TEST_KEY], { home })).code).toBe(0)
  }
  await join_(laptop)
  await join_(studio)

  // The laptop is offline: it says so, keeps everything, and catches up.
  await server.kill('SIGTERM')
  const offline = await runForge(['sync'], { home: laptop, env: { FORGE_HOSTNAME: 'laptop' } })
  expect(offline.code).toBe(5)
  expect(offline.stdout).toBe('')
  expect(offline.stderr).toMatch(/Cannot reach .* \(connection refused\)/)
  expect(offline.stderr).toMatch(/events are waiting on this disk and will go with the next sync/)
  server = await serveForge({ home: nas, env }, { port })
  expect((await runForge(['sync'], { home: studio, env: { FORGE_HOSTNAME: 'studio' } })).code).toBe(0)
  expect(await reportedCells(reports)).not.toEqual(truth)
  expect((await runForge(['sync'], { home: laptop, env: { FORGE_HOSTNAME: 'laptop' } })).code).toBe(0)
  expect(await reportedCells(reports)).toEqual(truth)

  // A new name is a new label, not a new machine.
  expect((await runForge(['sync'], { home: studio, env: { FORGE_HOSTNAME: 'workstation' } })).code).toBe(0)
  const { machines } = await reports.machines({})
  expect(machines.map(({ hostname }) => hostname).toSorted()).toEqual(['laptop', 'workstation'])

  // Repeating every sync, in full, changes nothing; nor does the deletion of what was read.
  for (const args of [['sync'], ['sync', '--force'], ['sync', '--retry']]) {
    for (const home of [laptop, studio]) expect((await runForge(args, { home })).code).toBe(0)
    expect(await reportedCells(reports)).toEqual(truth)
  }
  for (const home of [laptop, studio]) rmSync(join(home, '.claude'), { recursive: true })
  for (const home of [laptop, studio]) expect((await runForge(['sync', '--force'], { home })).code).toBe(0)
  expect(await reportedCells(reports)).toEqual(truth)

  // A third machine with a copy of everything adds nothing, and a copied home is a machine of its own.
  const third = tempFolder()
  cpSync(laptop, third, { recursive: true })
  copy(third, () => true)
  const copied = await runForge(['sync'], { home: third, env: { FORGE_HOSTNAME: 'third' } })
  expect([copied.code, copied.stderr]).toEqual([0, expect.stringContaining('copied from another machine')])
  expect(await reportedCells(reports)).toEqual(truth)
  expect((await reports.machines({})).machines).toHaveLength(3)

  // What the terminal shows of the server is what the server has.
  const shown = await runForge(['tokens', '--json', '--since', '2026-09-01', '--until', '2026-11-22'], { home: laptop })
  const sum = (await reports.totals({})).total_tokens
  expect(JSON.parse(shown.stdout)).toMatchObject({ source: 'server', totals: { total_tokens: sum } })

  await server.kill('SIGTERM')
  expect(server.child.exitCode).toBe(0)
})

test('eight syncs of one machine at once count everything once', { timeout: 120_000 }, async () => {
  const [home, nas] = [tempFolder(), tempFolder()]
  const rows = Array.from({ length: 1500 }, (_, i) =>
    anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQ${String(i).padStart(6, '0')}`, output: 10 }),
  )
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  const server = await serveForge({ home: nas, env: { FORGE_API_KEY: TEST_KEY } })
  const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY }
  const ended = await Promise.all(Array.from({ length: 8 }, () => runForge(['sync'], { home, env })))
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']))
  const { reports } = connect({ url: server.url, key: TEST_KEY })
  expect(await reports.totals({})).toMatchObject({ output_tokens: 15_000, total_messages: 1500, machine_count: 1 })
})
