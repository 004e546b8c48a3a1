import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../bin/commands.ts'
import { Problem } from '../core/problem.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

/** What commands do with days and names that someone asks for. */

/** Two models on two days of November. */
function aHome(): string {
  const home = tempFolder()
  const rows = [
    anAssistantRow({
      id: 'msg_01AAAAAAAAAAAAAAAAAAAAAA',
      model: 'claude-opus-4-1-20250805',
      cwd: join(home, 'shop'),
      timestamp: '2026-11-02T10:00:00Z',
    }),
    anAssistantRow({
      id: 'msg_01BBBBBBBBBBBBBBBBBBBBBB',
      model: 'claude-sonnet-4-5-20250929',
      cwd: join(home, "the client's"),
      timestamp: '2026-11-20T10:00:00Z',
    }),
  ]
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  return home
}

async function forge(...words: string[]): Promise<string> {
  const surroundings = testSurroundings({
    home: aHome(),
    zone: 'UTC',
    stdout: capture({ isTTY: true, columns: 100 }),
    env: { NO_COLOR: '1', LANG: 'C.UTF-8' },
  })
  const code = await runCommand(['node', 'forge', ...words, '--local'], 'forge', '0', surroundings)
  expect(code).toBe(0)
  return surroundings.stdout.text
}

const refusal = (...words: string[]) =>
  forge(...words).then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? [error.message, error.hint] : error),
  )

describe('forge today', () => {
  test('is of another day where one is named', async () => {
    const day = await forge('today', '--date', '2026-11-20')
    expect(day).toMatch(/^Day · Fri 20 Nov · this machine/)
    expect(day).toContain('sonnet-4-5')
    expect(await forge('today', '--since', '2026-11-20', '--until', '2026-11-20')).toBe(day)
    expect(await forge('today', '-d', '1', '--until', '2026-11-20')).toBe(day)
  })

  test('is of no day that are several', async () => {
    expect(await refusal('today', '-d', '3')).toEqual([
      'forge today shows one day, and 2026-11-20 to 2026-11-22 are 3.',
      'One of them: forge today --date 2026-11-20\nAll of them: forge tokens --since 2026-11-20 --until 2026-11-22',
    ])
    expect(await refusal('today', '--since', 'month')).toContain(
      'forge today shows one day, and 2026-11-01 to 2026-11-22 are 22.',
    )
    expect(await refusal('today', '--date', 'monday', '-d', '1')).toContain(
      '--date and --days, --since or --until both say which day.',
    )
  })
})

describe('a filter', () => {
  test.each(['tokens', 'models', 'projects', 'sessions', 'today', 'blocks'])(
    'that fits nothing in the range of forge %s leads to where it does',
    async (command) => {
      const days = command === 'today' ? [] : ['--since', '2026-11-21']
      const text = await forge(command, ...days, '--model', 'opus-4-1', '--project', 'shop')
      expect(text).toContain('of project shop, model opus-4-1 on')
      const next = /^forge (tokens .*)$/m.exec(text)?.[1]
      expect(next).toBe('tokens --since 2026-11-02 --until 2026-11-02 --project shop --model opus-4-1')
      expect(await forge(...(next ?? '').split(' '))).toContain('2.40K')
    },
  )

  test('that names nothing says so, and what there is', async () => {
    for (const command of ['tokens', 'models', 'projects', 'sessions', 'today', 'blocks', 'heatmap', 'punchcard']) {
      const text = await forge(command, '--model', 'gpt-5', '--machine', 'studio')
      expect(text).toContain('No model is called “gpt-5”.\n')
      expect(text).toMatch(/Known models: (?:opus-4-1, sonnet-4-5|sonnet-4-5, opus-4-1)\.\n/)
      expect(text).not.toContain('No machine')
    }
    expect(await forge('tokens', '--machine', 'laptop')).toContain('Known machines: studio.\n')
    expect(await forge('tokens', '--project', 'none')).toMatch(/Known projects: (?:shop, the|the client's, shop)/)
    expect(await forge('tokens', '--account', 'none')).toContain('No account is known.\n')
  })

  test('of names that never meet says that', async () => {
    expect(await forge('tokens', '--model', 'opus-4-1', '--project', "the client's")).toContain(
      "There is no usage of project the client's, model opus-4-1 at all.\n",
    )
  })

  test('is quoted as a shell needs it', async () => {
    expect(await forge('tokens', '-d', '1', '--project', "the client's")).toContain(
      `forge tokens --since 2026-11-20 --until 2026-11-20 --project 'the client'\\''s'\n`,
    )
  })

  test('takes a model by the name that screens show, never by its beginning', async () => {
    for (const name of ['opus-4-1', 'claude-opus-4-1', 'claude-opus-4-1-20250805', 'opus-4-1-20250805']) {
      expect([name, await forge('tokens', '-d', '30', '--model', name)]).not.toEqual([
        name,
        expect.stringContaining('No model is called'),
      ])
    }
    expect(await forge('tokens', '-d', '30', '--model', 'opus-4')).toContain('No model is called “opus-4”.')
    const explained = await forge('explain', 'opus-4-1')
    expect(explained).toContain('claude-opus-4-1-20250805, 1 response')
    expect(explained).toContain('1 row with usage of this time for 1 response')
    expect(await forge('explain', 'claude-opus-4')).toContain('No model is called “claude-opus-4”.')
  })
})
