import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { administration } from '../api/administration.ts'
import { runCommand } from '../bin/commands.ts'
import type { Problem } from '../core/problem.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer, type TestServer } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

async function forge(
  words: readonly string[],
  given: { home: string; hostname?: string; env?: Record<string, string> },
) {
  const surroundings = testSurroundings({ hostname: 'attic', ...given })
  const ended = await runCommand(['node', 'forge', ...words], 'forge', '1.2.3', surroundings).catch(
    ({ code, message, hint }: Problem) => ({ code, message, hint }),
  )
  return { ended, out: surroundings.stdout.text, said: surroundings.stderr.text }
}

function homeWithUsage(...ids: readonly number[]): string {
  const home = tempFolder()
  const rows = ids.map((id) =>
    anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQRSTU${String(id).padStart(3, '0')}`, output: 100 }),
  )
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  return home
}

/** A machine that has joined a server, with a key of its own. */
async function joined(server: TestServer, hostname = 'laptop') {
  const home = homeWithUsage(9)
  const { code } = await administration({ url: server.url, key: server.key }).invite('')
  expect((await forge(['login', server.url, '--code', code, '--no-install'], { home, hostname })).ended).toBe(0)
  return { home, hostname }
}

async function outputOf(server: TestServer): Promise<Record<string, number>> {
  const { machines } = await server.client.reports.machines({})
  return Object.fromEntries(machines.map(({ hostname, output_tokens }) => [hostname, output_tokens]))
}

test('usage of a machine without a network comes by a file, under its own name, and once however often', async () => {
  const server = await startServer(tempFolder())
  const attic = homeWithUsage(1, 2)
  const file = join(tempFolder(), 'attic.ndjson')
  const written = await forge(['sync', '--export', file], { home: attic })
  expect([written.ended, written.said]).toEqual([0, expect.stringContaining(`Wrote 2 records to ${file}`)])

  const laptop = await joined(server)
  const shown = await forge(['import', file], laptop)
  expect([shown.ended, shown.out]).toEqual([0, expect.stringContaining('what attic would have sent: 2 records')])
  expect(await outputOf(server)).toEqual({ laptop: 100 })
  for (let i = 0; i < 2; i++) {
    const brought = await forge(['import', file, '--yes', '--json'], laptop)
    expect([brought.ended, JSON.parse(brought.out)]).toMatchObject([0, { imported: true, stored: i === 0 ? 2 : 0 }])
    expect(await outputOf(server)).toEqual({ attic: 200, laptop: 100 })
  }
  // A later file has all that the earlier one had.
  writeFile(
    join(attic, '.claude/projects/p/t.jsonl'),
    lines(anAssistantRow({ id: 'msg_01ABCDEFGHJKLMNPQRSTU003', output: 100 })),
  )
  expect((await forge(['sync', '--export', file], { home: attic })).ended).toBe(0)
  expect((await forge(['import', file, '--yes'], laptop)).ended).toBe(0)
  expect(await outputOf(server)).toEqual({ attic: 300, laptop: 100 })
  // Nothing of it is in the ledger of who carried it.
  const local = JSON.parse((await forge(['tokens', '--local', '--json', '-d', '400'], laptop)).out) as {
    totals: { output_tokens: number }
  }
  expect(local.totals.output_tokens).toBe(100)
})

test('a file that is damaged brings nothing', async () => {
  const server = await startServer(tempFolder())
  const file = join(tempFolder(), 'attic.ndjson')
  await forge(['sync', '--export', file], { home: homeWithUsage(1) })
  const whole = readFileSync(file, 'utf8')
  const laptop = await joined(server)
  for (const damaged of [whole.slice(0, -9), `${whole}not json\n`, whole.replace('"up_to"', '"upto"')]) {
    writeFileSync(file, damaged)
    const { ended } = await forge(['import', file, '--yes'], laptop)
    expect(ended).toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('forge sync --export') })
  }
  expect(await outputOf(server)).toEqual({ laptop: 100 })
  writeFileSync(file, whole)
  const alone = await forge(['import', file, '--yes'], { home: tempFolder() })
  expect(alone.ended).toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('forge login') })
})

test('a job syncs by a key of its group, under a name that says what it was', async () => {
  const server = await startServer(tempFolder())
  const admin = administration({ url: server.url, key: server.key })
  const { key } = await admin.addKey({ kind: 'machine', label: 'ci', group: 'ci', is_ephemeral: true })
  const env = {
    FORGE_SERVER_URL: server.url,
    FORGE_API_KEY: key,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_WORKFLOW: 'tests',
  }
  for (const [id, args] of [
    [1, ['sync', '--ephemeral']],
    [2, ['sync', '--ephemeral', '--group', 'ignored', '--label', 'nightly']],
  ] as const) {
    const given = { home: homeWithUsage(id), hostname: 'fv-az1234-567', env }
    expect((await forge([...args], given)).ended).toBe(0)
  }
  expect(await outputOf(server)).toEqual({ 'acme/shop tests': 100, nightly: 100 })
})
