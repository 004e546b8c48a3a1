import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../bin/commands.ts'
import { rootHelp } from '../bin/help.ts'
import { helpOn, TOPICS, type Topic } from '../bin/help-topics.ts'
import { SETTINGS } from '../client/config.ts'
import { welcome } from '../client/welcome.ts'
import { SERVER_SETTINGS, type ServerSetting } from '../server/config.ts'
import { commandsIn } from './readme/documents.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

/** What the program says of itself. */

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

describe('help', () => {
  test('of every command, and of them all, fits into 80 columns', async () => {
    expect(widest(rootHelp('claudeforge'))).toBeLessThanOrEqual(80)
    for (const name of commandsIn(rootHelp('forge')).filter((command) => command !== 'completion')) {
      const surroundings = testSurroundings({ home: tempFolder(), stdout: capture({ isTTY: true, columns: 80 }) })
      await runCommand(['node', 'forge', name, '--help'], 'forge', '0', surroundings)
      const long = surroundings.stdout.text.split('\n').filter((line) => line.length > 80)
      expect.soft([name, long]).toEqual([name, []])
    }
  })

  test.each(Object.keys(TOPICS) as Topic[])('on %s fits into the terminal', async (topic) => {
    for (const width of [60, 80, 120]) expect(widest(helpOn(topic, width))).toBeLessThanOrEqual(width)
    const { code, stdout } = await runForge(['help', topic], { home: tempFolder() })
    expect([code, stdout]).toEqual([0, `${helpOn(topic, 80)}\n`])
  })

  test('on the environment names every setting', () => {
    const servers: ServerSetting[] = Object.values(SERVER_SETTINGS)
    const text = helpOn('environment', 80)
    for (const name of [...SETTINGS.map(({ variable }) => variable), ...servers.map(({ env }) => env)]) {
      expect(text).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    }
  })

  test('on anything else is that of the command, or says what there is', async () => {
    const home = tempFolder()
    expect((await runForge(['help', 'tokens'], { home })).stdout).toMatch(/^Usage: forge tokens/)
    expect(await runForge(['help', 'nothing'], { home })).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('the bare command', () => {
  const home = () => {
    const folder = tempFolder()
    writeFile(
      join(folder, '.claude/projects/p/s.jsonl'),
      lines(anAssistantRow({ timestamp: '2026-11-22T10:00:00Z', output: 1000 })),
    )
    return folder
  }
  const bare = async (env: Record<string, string> = {}, name = 'forge', isTTY = true) => {
    const surroundings = testSurroundings({
      home: home(),
      env: { NO_COLOR: '1', LANG: 'C.UTF-8', ...env },
      stdout: capture({ isTTY, columns: 80 }),
    })
    return { code: await welcome(name, surroundings), text: surroundings.stdout.text }
  }

  test('draws this machine where no server is set, and says how all of them come together', async () => {
    const { code, text } = await bare()
    expect([code, text]).toEqual([0, expect.stringMatching(/^Tokens per day · 16–22 Nov · this machine +UTC\n/)])
    expect(text.split('\n').slice(-6)).toEqual([
      '',
      'All your machines together, in two steps:',
      '  forge serve                        on the machine that is to keep them',
      '  forge login http://ITS-NAME:8420   on each machine',
      'All commands: forge --help',
      '',
    ])
    expect(text.match(/forge login/g)).toHaveLength(1)
  })

  test('names what someone can type who called it by npx', async () => {
    expect((await bare({ npm_command: 'exec' }, 'claudeforge')).text).toContain('  npx claudeforge serve   ')
  })

  test('is help where a server is set, and for who does not look at a terminal', async () => {
    expect(await bare({ FORGE_SERVER_URL: 'http://nas:8420' })).toEqual({ code: undefined, text: '' })
    expect(await bare({}, 'forge', false)).toEqual({ code: undefined, text: '' })
    const { code, stdout } = await runForge([], { home: home() })
    expect([code, stdout]).toEqual([0, `${rootHelp('forge')}\n`])
  })

  test('is the same with empty words, and no command with a word behind one', async () => {
    for (const words of [[''], ['', '']]) {
      expect(await runForge(words, { home: home() })).toEqual({ code: 0, stdout: `${rootHelp('forge')}\n`, stderr: '' })
    }
    expect(await runForge(['', 'tokens'], { home: home() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('“” is not a forge command.'),
    })
  })
})
