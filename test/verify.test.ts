import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge, serveForge } from './support/program.ts'
import { anAssistantRow, aPromptRow, lines } from './support/rows.ts'

const id = (n: number) => `msg_01${String(n).padStart(22, '0')}`

function aHome(): string {
  const home = tempFolder()
  const rows = [1, 2, 3].map((n) => anAssistantRow({ id: id(n), timestamp: `2026-11-1${n}T10:00:00.000Z` }))
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(aPromptRow('hello'), ...rows))
  return home
}

function change(path: string, ...statements: string[]): void {
  const db = new DatabaseSync(path)
  for (const statement of statements) db.exec(statement)
  db.close()
}

const verify = async (home: string, env: Record<string, string> = {}, ...args: string[]) => {
  const { code, stdout, stderr } = await runForge(['verify', '--json', ...args], { home, env })
  if (stdout === '') throw new Error(stderr)
  return { code, found: JSON.parse(stdout) }
}

describe('forge verify', () => {
  test('finds nothing wrong where nothing is', async () => {
    const home = aHome()
    await runForge(['tokens', '--local'], { home })
    const { code, found } = await verify(home)
    expect(code).toBe(0)
    expect(found).toMatchObject({
      sound: true,
      transcripts: { files: 1, events: 4, missing: 0, lesser: 0, problems: [] },
      rollup: { wrong: 0 },
      server: null,
    })
    const { stdout } = await runForge(['verify'], { home })
    expect(stdout).toContain('✓ Ledger: has all that 1 transcript show: 4 events.')
  })

  test('finds what the ledger lacks or has less of, and a wrong sum; --repair puts them right', async () => {
    const home = aHome()
    const ledger = join(home, '.claudeforge/ledger.db')
    await runForge(['tokens', '--local'], { home })
    change(
      ledger,
      `delete from event where seq = 1`,
      `update event set output_tokens = 1 where seq = 3`,
      `update usage_quarter set input_tokens = input_tokens + 7 where quarter = (select min(quarter) from usage_quarter)`,
    )
    const { code, found } = await verify(home)
    expect([code, found]).toEqual([
      1,
      expect.objectContaining({
        sound: false,
        transcripts: expect.objectContaining({ missing: 1, lesser: 1 }),
        rollup: { cells: expect.any(Number), wrong: 3 },
      }),
    ])
    const { stdout } = await runForge(['verify'], { home })
    expect(stdout).toContain('▲ Ledger: lacks 1 event of 1 transcript, and has less of 1.')
    expect(stdout).toContain('forge verify --repair')
    expect(await verify(home, {}, '--repair')).toMatchObject({ code: 0, found: { sound: true, repaired: true } })
    const { stdout: tokens } = await runForge(['tokens', '--local', '--since', '2026-11-01', '--json'], { home })
    expect(JSON.parse(tokens).totals).toMatchObject({ total_tokens: 3 * 2403, message_count: 4 })
  })

  test('compares with the server by keys and values, whatever other machines it knows', async () => {
    const [home, other, nas] = [aHome(), aHome(), tempFolder()]
    const key = 'a-key-for-tests-that-is-long-enough'
    const server = await serveForge({ home: nas, env: { FORGE_API_KEY: key } })
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: key, FORGE_PROJECT_NAMES: 'off' }
    await runForge(['sync'], { home, env })
    expect(await verify(home, env)).toMatchObject({
      code: 0,
      found: { server: { events: 4, missing: 0, different: 0 } },
    })
    // The other machine shows the same responses, and one in full.
    writeFile(
      join(other, '.claude/projects/p/more.jsonl'),
      lines(anAssistantRow({ id: id(1), output: 900, timestamp: '2026-11-11T10:00:00.000Z' })),
    )
    await runForge(['sync'], { home: other, env })
    expect(await verify(home, env)).toMatchObject({ code: 0, found: { server: { missing: 0, different: 1 } } })
    await server.kill('SIGTERM')

    change(join(nas, 'server-data/usage.db'), `delete from event where kind = 'prompt' or output_tokens = 900`)
    const again = await serveForge({ home: nas, env: { FORGE_API_KEY: key } })
    const there = { ...env, FORGE_SERVER_URL: again.url }
    const { code, found } = await verify(home, there)
    expect([code, found.server.missing]).toEqual([1, 2])
    expect(await verify(home, there, '--repair')).toMatchObject({ code: 0, found: { server: { missing: 0 } } })
    await again.kill('SIGTERM')
  })

  test('compares with ccusage where it is installed', async () => {
    const home = aHome()
    const tokens = { inputTokens: 3, outputTokens: 100, cacheCreationTokens: 300, cacheReadTokens: 2000 }
    const model = { modelName: 'claude-opus-5', cost: 0.00614, ...tokens }
    const daily = ['2026-11-11', '2026-11-12'].map((date) => ({ date, modelBreakdowns: [model] }))
    const program = writeFile(join(home, 'bin/ccusage'), `#!/bin/sh\necho '${JSON.stringify({ daily })}'\n`)
    chmodSync(program, 0o755)
    await runForge(['tokens', '--local'], { home })
    const env = { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, TZ: 'UTC' }
    const { found } = await verify(home, env)
    expect(found.ccusage).toMatchObject({
      rows: 3,
      equal: 2,
      // The transcript of the third day is there, so nothing that is known explains it.
      differences: { unexplained: 1 },
      days: [{ date: '2026-11-13', model: 'claude-opus-5', our_tokens: 2403, their_tokens: 0 }],
    })
    const { stdout } = await runForge(['verify'], { home, env })
    expect(stdout).toContain('▲ ccusage: agrees on 2 of 3 days and models')
    expect(stdout).toMatch(/^2026-11-13 +opus-5 +2\.40K +- +<?\$0\.01 +\? +unexplained$/m)
  })

  test.each([
    ['cannot start', '#!/bin/sh\necho "libfoo.so: not found" >&2\nexit 127\n', 'libfoo.so: not found'],
    ['answers what is no report', '#!/bin/sh\necho hello\n', 'its answer is none that ccusage 20 gives'],
  ])('says that an installed ccusage %s', async (_, script, why) => {
    const home = aHome()
    chmodSync(writeFile(join(home, 'bin/ccusage'), script), 0o755)
    await runForge(['tokens', '--local'], { home })
    const env = { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, TZ: 'UTC' }
    expect((await verify(home, env)).found.ccusage).toEqual({ problem: why })
    const { stdout } = await runForge(['verify'], { home, env })
    expect(stdout.replaceAll('\n', ' ')).toContain(`▲ ccusage is installed, but could not be asked: ${why}`)
  })
})
