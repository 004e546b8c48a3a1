import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge } from './support/program.ts'
import { anAssistantRow, aPromptRow, lines } from './support/rows.ts'
import { startServer } from './support/server.ts'

const DAY = '2026-11-20'

/** As ccusage 20 prints it; tokens by model. */
function ccusageReport(days: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const rows = Object.entries(days).map(([date, models]) => ({
    date,
    inputTokens: 0,
    outputTokens: 0,
    cacheCreationTokens: 0,
    cacheReadTokens: 0,
    totalTokens: 0,
    totalCost: 1.5,
    modelsUsed: Object.keys(models),
    modelBreakdowns: Object.entries(models).map(([modelName, tokens]) => ({
      modelName,
      inputTokens: tokens,
      outputTokens: 1,
      cacheCreationTokens: 2,
      cacheReadTokens: 3,
      cost: 1,
    })),
  }))
  return JSON.stringify({ daily: rows, totals: {} })
}

function originalDatabase(path: string): string {
  const db = new DatabaseSync(path)
  db.exec(`
    create table schema_version (version integer primary key);
    create table machines (id integer primary key, hostname text unique not null);
    create table daily_activity (id integer primary key, hostname text, date text, message_count integer,
      session_count integer, tool_call_count integer);
    create table daily_usage (id integer primary key, hostname text, date text, input_tokens integer,
      output_tokens integer, cache_read_tokens integer, cache_creation_tokens integer);
    insert into machines (hostname) values ('old-mbp'), ('studio');
    insert into daily_usage (hostname, date, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens)
      values ('old-mbp', '2026-01-05', 10, 20, 30, 40), ('studio', '2026-01-05', 1, 1, 1, 1),
        ('old-mbp', 'yesterday', 1, 1, 1, 1);
    insert into daily_activity (hostname, date, message_count, session_count, tool_call_count)
      values ('old-mbp', '2026-01-05', 9, 2, 3);
  `)
  db.close()
  return path
}

function machine(server?: { url: string; key: string }) {
  const home = tempFolder()
  const env: Record<string, string> = { FORGE_HOSTNAME: 'studio' }
  if (server !== undefined) Object.assign(env, { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
  const forge = async (...args: string[]) => {
    const ended = await runForge(args, { home, env })
    if (ended.code !== 0) throw new Error(`forge ${args.join(' ')}: ${ended.code} ${ended.stderr}`)
    return ended.stdout
  }
  const tokens = async (...args: string[]) => {
    const { totals } = JSON.parse(await forge('tokens', '--since', '2026-01-01', '--json', ...args))
    const { total_tokens, reported_tokens, cost_usd } = totals
    return { total_tokens, reported_tokens, cost_usd }
  }
  const useClaude = (...rows: object[]) => writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  const file = (name: string, content: string) => writeFile(join(home, name), content)
  return { home, forge, tokens, useClaude, file, fails: (...args: string[]) => runForge(args, { home, env }) }
}

const REAL = { total_tokens: 2403, reported_tokens: 0, cost_usd: '0.00614' }
const NOTHING = { total_tokens: 0, reported_tokens: 0, cost_usd: '0' }

describe('forge import', () => {
  test('shows what a file would add, and takes nothing without --yes', async () => {
    const { forge, tokens, file } = machine()
    const path = file('report.json', ccusageReport({ [DAY]: { 'claude-opus-5': 100 } }))
    const shown = await forge('import', path)
    expect(shown).toContain('This is a report of ccusage.\n  studio: 1 day from 2026-11-20 to 2026-11-20, 106 tokens\n')
    expect(shown).toContain('Nothing was imported yet.')
    expect(await tokens()).toEqual(NOTHING)
  })

  test('counts until real events of the same days come, and its undo is as if it had never been', async () => {
    const { forge, tokens, file, useClaude } = machine()
    const before = await forge('export')
    const path = file('report.json', ccusageReport({ [DAY]: { 'claude-opus-5': 9000 } }))
    await forge('import', path, '--yes')
    expect(await tokens()).toEqual({ total_tokens: 9006, reported_tokens: 9006, cost_usd: null })
    await forge('import', '--undo')
    expect(await forge('export')).toBe(before)
    await forge('import', path, '--yes')
    useClaude(aPromptRow('hello'), anAssistantRow())
    expect(await tokens()).toEqual(REAL)
    expect(await forge('import', path)).toContain('1 day is known here from transcripts')
    await forge('import', '--undo')
    expect(await tokens()).toEqual(REAL)
  })

  test('of days beside real events stays: only the days themselves are superseded, and named', async () => {
    const { forge, tokens, file, useClaude } = machine()
    useClaude(anAssistantRow())
    const days = { '2026-11-18': { a: 1 }, '2026-11-19': { a: 10 }, [DAY]: { a: 100 }, '2026-11-21': { a: 1000 } }
    const path = file('report.json', ccusageReport(days))
    const shown = await forge('import', path, '--yes')
    expect(shown).toContain('studio: 4 days from 2026-11-18 to 2026-11-21, 1,135 tokens')
    expect(shown).toContain('1 day is known here from transcripts, which count instead: 2026-11-20')
    expect(await tokens()).toEqual({ ...REAL, total_tokens: 2403 + 7 + 16 + 1006, reported_tokens: 7 + 16 + 1006 })
    const explained = JSON.parse(await forge('explain', '--since', '2026-11-18', '--until', '2026-11-21', '--json'))
    expect(
      explained.figures.map(({ date, is_shown }: { date: string; is_shown: boolean }) => [date, is_shown]),
    ).toEqual([
      ['2026-11-18', true],
      ['2026-11-19', true],
      [DAY, false],
      ['2026-11-21', true],
    ])
  })

  test('of days that a better import has told already names them', async () => {
    const { forge, tokens, file } = machine()
    const first = file('one.json', ccusageReport({ [DAY]: { a: 1000 }, '2026-11-21': { a: 1 } }))
    await forge('import', first, '--yes')
    const second = file('two.json', ccusageReport({ [DAY]: { a: 5 }, '2026-11-21': { a: 50 } }))
    expect(await forge('import', second, '--yes')).toContain(
      '1 day is told better by another source, which counts instead: 2026-11-20',
    )
    expect((await tokens()).total_tokens).toBe(1006 + 56)
  })

  test('reaches the server with the next sync, and so does its undo', async () => {
    const server = await startServer(tempFolder())
    const { forge, tokens, file, useClaude } = machine(server)
    await forge('sync')
    const before = await forge('export')
    const path = file('report.json', ccusageReport({ '2026-03-01': { a: 5, b: 7 }, [DAY]: { a: 1 } }))
    await forge('import', path, '--yes')
    expect(await tokens()).toEqual({ total_tokens: 31, reported_tokens: 31, cost_usd: null })
    expect(await tokens('--local')).toEqual(await tokens())
    await forge('import', '--undo')
    expect(await tokens()).toEqual(NOTHING)
    expect(await forge('export')).toBe(before)
    await forge('import', path, '--yes')
    useClaude(anAssistantRow())
    expect(await tokens()).toEqual({ ...REAL, total_tokens: 2403 + 24, reported_tokens: 24 })
    await forge('import', '--undo')
    expect(await tokens()).toEqual(REAL)
  })

  test('of two imports the latest is undone first, or the one that is named', async () => {
    const { forge, tokens, file } = machine()
    const days = (count: number) => ccusageReport({ [DAY]: { a: count } })
    await forge('import', file('one.json', days(1)), '--yes')
    await forge('import', file('two.json', days(100)), '--yes')
    // They measure the same, so they do not add up.
    expect((await tokens()).total_tokens).toBe(106)
    const { imports } = JSON.parse(await forge('import', '--list', '--json'))
    expect(imports.map(({ file: name }: { file: string }) => name).toSorted()).toEqual(['one.json', 'two.json'])
    const two = imports.find(({ file: name }: { file: string }) => name === 'two.json')
    await forge('import', '--undo', two.origin)
    expect((await tokens()).total_tokens).toBe(7)
    await forge('import', '--undo')
    expect(await tokens()).toEqual(NOTHING)
  })

  test('takes the original’s database, each hostname for its machine', async () => {
    const { forge, tokens, home } = machine()
    const path = originalDatabase(join(home, 'usage.db'))
    const bytes = readFileSync(path)
    const shown = await forge('import', path, '--yes')
    expect(shown).toContain('old-mbp: 1 day from 2026-01-05 to 2026-01-05, 100 tokens')
    expect(shown).toContain('1 rows that are no days are left out.')
    expect((await tokens()).total_tokens).toBe(104)
    const { machines } = JSON.parse(await forge('machines', '--since', '2026-01-01', '--json'))
    const found = machines.map((row: { hostname: string; total_tokens: number }) => [row.hostname, row.total_tokens])
    expect(found.toSorted()).toEqual([
      ['old-mbp', 100],
      ['studio', 4],
    ])
    await forge('import', '--undo')
    expect(JSON.parse(await forge('machines', '--json')).machines).toHaveLength(1)
    expect(readFileSync(path)).toEqual(bytes)
  })

  test('takes our own export: on another machine its days, on the same one nothing new', async () => {
    const first = machine()
    first.useClaude(
      aPromptRow('hello'),
      anAssistantRow(),
      anAssistantRow({ id: 'msg_01ZZZZZZZZZZZZZZZZZZZZZZ', model: 'glm-4.7' }),
    )
    const path = join(first.home, 'export.ndjson')
    await first.forge('export', '-o', path)
    await first.forge('import', path, '--yes')
    expect((await first.tokens()).total_tokens).toBe(4806)
    const second = machine()
    await second.forge('import', path, '--yes')
    expect(await second.tokens()).toEqual({ total_tokens: 4806, reported_tokens: 4806, cost_usd: null })
  })

  test.each([
    ['text', 'hello'],
    ['another JSON', '{"data": [1]}'],
    ['an empty file', ''],
    ['a cut report', ccusageReport({ [DAY]: { a: 1 } }).slice(0, 80)],
    ['counts that are none', ccusageReport({ [DAY]: { a: -5 } })],
  ])('refuses %s and says what works', async (_, content) => {
    const { fails, file } = machine()
    const { code, stderr } = await fails('import', file('x', content))
    expect([code, stderr]).toEqual([2, expect.stringContaining('is nothing that can be imported')])
  })

  test('refuses another database, a folder and a file that is not there', async () => {
    const { fails, home } = machine()
    const other = join(home, 'other.db')
    new DatabaseSync(other).exec('create table t (a)')
    expect(await fails('import', other)).toMatchObject({ code: 2 })
    expect(await fails('import', home)).toMatchObject({ code: 2 })
    expect(await fails('import', join(home, 'nothing'))).toMatchObject({ code: 2 })
    expect(await fails('import')).toMatchObject({ code: 2 })
    expect(await fails('import', '--undo')).toMatchObject({ code: 1 })
  })
})

describe('forge export', () => {
  test('has every event and figure, the same bytes each time', async () => {
    const { forge, useClaude } = machine()
    useClaude(aPromptRow('hello'), anAssistantRow())
    const [once, again] = [await forge('export'), await forge('export')]
    expect(again).toBe(once)
    const rows = once
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map(({ type }) => type)).toEqual(['claudeforge-export', 'machine', 'project', 'event', 'event'])
    expect(rows.at(-1)).toMatchObject({ occurred_at: '2026-11-20T10:00:00.000Z', output_tokens: 100 })
    const none = await forge('export', '--since', '2026-11-21')
    expect(none.trim().split('\n')).toHaveLength(1)
  })

  test('as CSV, which no name turns into a formula', async () => {
    const { forge, useClaude } = machine()
    useClaude(anAssistantRow({ cwd: '/home/dev/=cmd()', model: '\u001b[31mred' }))
    const rows = (await forge('export', '--csv')).split('\r\n')
    expect(rows[0]).toMatch(/^id,kind,occurred_at,.*,hostname,project_name$/)
    expect(rows[1]).toContain(`'=cmd()`)
    expect(rows.join('')).not.toContain('\u001b')
  })
})
