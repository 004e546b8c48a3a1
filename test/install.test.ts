import { hash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installCommand } from '../client/commands/install.ts'
import { uninstallCommand } from '../client/commands/uninstall.ts'
import type { PartOptions } from '../client/install/agree.ts'
import { shimCommand, shimPath } from '../client/automatic/shim.ts'
import { automaticFile } from '../client/automatic/places.ts'
import { hookCommands } from '../client/install/settings-edit.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { SETTINGS_SHAPES } from './support/settings-shapes.ts'
import { capture, testSurroundings, typed } from './support/surroundings.ts'

/** `forge install` and `forge uninstall` on Claude Code's settings. */

function machine(settings?: string, { home = tempFolder(), path = '.claude/settings.json' } = {}) {
  mkdirSync(join(home, '.claude'), { recursive: true })
  if (settings !== undefined) writeFile(join(home, path), settings)
  const surroundings = () => testSurroundings({ home, env: { PATH: '/nowhere' } })
  const file = join(home, '.claude/settings.json')
  return {
    home,
    file,
    surroundings,
    bytes: () => (existsSync(file) ? readFileSync(file) : undefined),
    text: () => readFileSync(file, 'utf8').replace(/^\ufeff/, ''),
    install: (options: PartOptions = { hooks: true }) => installCommand({ yes: true, ...options }, surroundings()),
    uninstall: (options: PartOptions = {}) => uninstallCommand({ yes: true, ...options }, surroundings()),
    /** Makes what was installed what an earlier version would have left. */
    makeOlder: () => {
      const shim = shimPath(surroundings())
      writeFile(file, readFileSync(file, 'utf8').replaceAll(shim, OLD_SHIM))
      const record = automaticFile(surroundings(), 'installed.json')
      const { settings } = JSON.parse(readFileSync(record, 'utf8').replaceAll(shim, OLD_SHIM)) as { settings: object }
      const left_as = hash('sha256', readFileSync(file))
      writeFile(record, JSON.stringify({ settings: { ...settings, left_as } }))
    },
    ours: () => {
      const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '')
      return hookCommands(text).filter((command) => command.includes(`${home}/.claudeforge/bin/forge-hook`))
    },
  }
}

const OLD_SHIM = '/home/ana/.local/share/claudeforge/bin/forge-hook'

/** What was there is there still: the same values, and in each list of hooks before all others. */
function expectKept(shape: string, text: string): void {
  const { hooks: before = {}, ...rest } = parsed(shape)
  const { hooks: after = {}, ...others } = parsed(text)
  expect(others).toEqual(rest)
  for (const [event, groups] of Object.entries(before)) expect(after[event]?.slice(0, groups.length)).toEqual(groups)
}

function parsed(text: string): { hooks?: Record<string, unknown[]>; [name: string]: unknown } {
  return JSON.parse(text.replace('\ufeff', '').trim() || '{}') as never
}

const EVENTS = ['SessionStart', 'Stop', 'SessionEnd'] as const

describe('settings.json with', () => {
  test.each(Object.entries(SETTINGS_SHAPES))(
    '%s: hooks in, again, out, and every byte is as before',
    async (_, shape) => {
      const studio = machine(shape)
      expect(await studio.install()).toBe(0)
      const once = studio.text()
      const wanted = EVENTS.map((event) => shimCommand(event, studio.surroundings()))
      expect(studio.ours().toSorted()).toEqual(wanted.toSorted())
      if (!shape.includes('forge sync')) expectKept(shape, once)
      expect(await studio.install()).toBe(0)
      expect(studio.text()).toBe(once)
      expect(await studio.uninstall()).toBe(0)
      expect(studio.bytes()?.toString('utf8')).toBe(shape)
    },
  )

  test.each(Object.entries(SETTINGS_SHAPES))(
    '%s: an upgrade that calls another shim, and every byte is as before it all',
    async (_, shape) => {
      const studio = machine(shape)
      await studio.install()
      studio.makeOlder()
      expect(studio.ours()).toEqual([])
      await studio.install()
      expect(studio.ours()).toHaveLength(3)
      expect(studio.text()).not.toContain(OLD_SHIM)
      await studio.uninstall()
      expect(studio.bytes()?.toString('utf8')).toBe(shape)
    },
  )

  test.each(Object.entries(SETTINGS_SHAPES))(
    '%s: a status line around the one there is, and back',
    async (_, shape) => {
      const studio = machine(shape)
      expect(await studio.install({ statusline: true })).toBe(0)
      const { statusLine } = JSON.parse(studio.text()) as { statusLine: { command: string } }
      expect(statusLine).toMatchObject({ type: 'command', command: `${studio.home}/.claudeforge/bin/forge-statusline` })
      // Hooks come later, the status line goes first.
      expect(await studio.install({ hooks: true })).toBe(0)
      expect(await studio.uninstall({ statusline: true })).toBe(0)
      expect(studio.ours()).toHaveLength(3)
      expect(await studio.uninstall()).toBe(0)
      expect(studio.bytes()?.toString('utf8')).toBe(shape)
    },
  )

  test.each(Object.entries(SETTINGS_SHAPES))('%s: what someone changes in between stays', async (_, shape) => {
    const studio = machine(shape)
    await studio.install()
    const { hooks, ...rest } = JSON.parse(studio.text()) as { hooks: Record<string, unknown[]> }
    const mine = { hooks: [{ type: 'command', command: 'echo mine' }] }
    const changed = { added: 'since', ...rest, hooks: { ...hooks, Stop: [...(hooks['Stop'] ?? []), mine] } }
    writeFile(studio.file, `${JSON.stringify(changed, null, 2)}\n`)
    await studio.install({ statusline: true })
    await studio.uninstall()
    expect(studio.ours()).toEqual([])
    const after = JSON.parse(studio.text()) as { hooks: Record<string, unknown>; statusLine?: unknown }
    expect(after).toMatchObject(JSON.parse(JSON.stringify({ ...rest, added: 'since' })) as object)
    expect(hookCommands(studio.text())).toContain('echo mine')
    expect(after.statusLine).toEqual(parsed(shape)['statusLine'])
  })
})

describe('settings.json', () => {
  test('that is not there is made, and is gone afterwards', async () => {
    const studio = machine()
    await studio.install()
    expect(studio.ours()).toHaveLength(3)
    await studio.uninstall()
    expect(studio.bytes()).toBeUndefined()
  })

  test('behind a link is changed where it lies, and stays a link', async () => {
    const studio = machine('{ "model": "opus" }\n', { path: 'dotfiles/claude.json' })
    symlinkSync(join(studio.home, 'dotfiles/claude.json'), studio.file)
    await studio.install()
    expect(lstatSync(studio.file).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(studio.home, 'dotfiles/claude.json'), 'utf8')).toContain('forge-hook')
    await studio.uninstall()
    expect(lstatSync(studio.file).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(studio.home, 'dotfiles/claude.json'), 'utf8')).toBe('{ "model": "opus" }\n')
  })

  test('keeps its mode', async () => {
    const studio = machine('{}')
    chmodSync(studio.file, 0o640)
    await studio.install()
    expect(statSync(studio.file).mode & 0o777).toBe(0o640)
  })

  test('leaves nothing beside it', async () => {
    const studio = machine('{}')
    await studio.install()
    await studio.uninstall()
    expect(readdirSync(join(studio.home, '.claude'))).toEqual(['settings.json'])
    expect(existsSync(shimPath(studio.surroundings()))).toBe(false)
  })

  test('lies where CLAUDE_CONFIG_DIR says', async () => {
    const home = tempFolder()
    mkdirSync(join(home, 'work'))
    const surroundings = testSurroundings({ home, env: { CLAUDE_CONFIG_DIR: join(home, 'work'), PATH: '/nowhere' } })
    await installCommand({ yes: true, hooks: true }, surroundings)
    expect(readFileSync(join(home, 'work/settings.json'), 'utf8')).toContain('SessionEnd')
  })

  test('of a lost backup is cleaned line by line', async () => {
    const studio = machine('{\n  "model": "opus"\n}\n')
    await studio.install()
    for (const name of readdirSync(join(studio.home, '.claudeforge/backups'))) {
      writeFile(join(studio.home, '.claudeforge/backups', name), '{ "model": "something else" }')
    }
    writeFile(studio.file, `${studio.text()}\n`)
    await studio.uninstall()
    expect(studio.text()).toBe('{\n  "model": "opus"\n}\n\n')
  })
})

describe('is left as it is, and named with the next step:', () => {
  test.each([
    ['{ "model": "opus", }', 'a comma too many'],
    ['{ "model": "opus" ', 'it has'],
    ['{\n  // my settings\n  "model": "opus"\n}', 'a comment in line 2, column 3'],
    ['{ "hooks": [] }', 'hooks that are no object'],
    ['{ "hooks": { "Stop": {} } }', 'hooks.Stop that is no list'],
    ['{ "hooks": {}, "hooks": {} }', '“hooks” twice'],
    ['[]', 'something else than one JSON object'],
    ['"text"', 'something else than one JSON object'],
    ['{} {}', 'it has something behind its end'],
    ['<<<<<<< HEAD\n{}\n', 'it has'],
    ['{ "statusLine": "date" }', 'a statusLine that is no object'],
  ])('%s', async (text, reason) => {
    const studio = machine(text)
    const surroundings = studio.surroundings()
    expect(await installCommand({ yes: true, hooks: true }, surroundings)).toBe(1)
    expect(surroundings.stderr.text).toContain(reason)
    expect(surroundings.stderr.text).toContain('again: forge install')
    expect(studio.bytes()?.toString()).toBe(text)
  })

  test('UTF-16', async () => {
    const studio = machine()
    writeFile(studio.file, Buffer.from('\ufeff{}', 'utf16le'))
    const surroundings = studio.surroundings()
    expect(await installCommand({ yes: true, hooks: true }, surroundings)).toBe(1)
    expect(surroundings.stderr.text).toContain('it is not UTF-8')
  })

  test('a file that may not be written', async () => {
    const studio = machine('{}')
    chmodSync(studio.file, 0o444)
    const surroundings = studio.surroundings()
    await expect(installCommand({ yes: true, hooks: true }, surroundings)).rejects.toMatchObject({
      message: expect.stringContaining('may not be written, and was left as it is'),
    })
    expect(studio.bytes()?.toString()).toBe('{}')
  })

  test('a link that leads nowhere', async () => {
    const studio = machine()
    symlinkSync('/nowhere/settings.json', studio.file)
    const surroundings = studio.surroundings()
    expect(await installCommand({ yes: true, hooks: true }, surroundings)).toBe(1)
    expect(surroundings.stderr.text).toContain('a link that leads nowhere')
  })
})

describe('consent', () => {
  const asked = (answers: string[]) => {
    const home = tempFolder()
    writeFile(join(home, '.claude/settings.json'), '{\n  "model": "opus"\n}\n')
    return testSurroundings({
      home,
      env: { PATH: '/nowhere' },
      stdin: typed(answers),
      stdout: capture({ isTTY: true, columns: 100 }),
      stderr: capture({ isTTY: true, columns: 100 }),
    })
  }
  const settings = (home: string) => readFileSync(join(home, '.claude/settings.json'), 'utf8')

  test('is asked for once, below every line that would change', async () => {
    const studio = asked(['y'])
    expect(await installCommand({ hooks: true }, studio)).toBe(0)
    expect(studio.stderr.text).toContain('Make these changes? [Y/n]')
    expect(studio.stdout.text).toContain(`"command": "${studio.home}/.claudeforge/bin/forge-hook SessionEnd"`)
    expect(studio.stdout.text).not.toContain('opus",\n+')
    expect(settings(studio.home)).toContain('forge-hook')
  })

  test.each([[['n']], [['what?', 'no']], [[]]])('not given (%j) changes nothing', async (answers) => {
    const studio = asked(answers)
    expect(await installCommand({ hooks: true }, studio)).toBe(0)
    expect(studio.stderr.text).toContain('Nothing was changed.')
    expect(settings(studio.home)).toBe('{\n  "model": "opus"\n}\n')
    expect(existsSync(join(studio.home, '.claudeforge'))).toBe(false)
  })

  test('cannot be asked of a pipe, which is told what to say instead', async () => {
    const studio = { ...asked([]), stdin: typed([], { isTTY: false }) }
    await expect(installCommand({ hooks: true }, studio)).rejects.toMatchObject({
      hint: expect.stringContaining('forge install --yes'),
    })
  })

  test('is not asked for by --dry-run, which changes nothing', async () => {
    const studio = asked([])
    expect(await installCommand({ hooks: true, dryRun: true }, studio)).toBe(0)
    expect(studio.stdout.text).toContain('forge-hook')
    expect(existsSync(join(studio.home, '.claudeforge'))).toBe(false)
  })
})

describe('hooks are not put in', () => {
  test('where Claude Code has never run', async () => {
    const studio = testSurroundings({ home: tempFolder(), env: { PATH: '/nowhere' } })
    expect(await installCommand({ yes: true }, studio)).toBe(0)
    expect(studio.stderr.text).toContain('Claude Code has no folder here yet')
    expect(existsSync(join(studio.home, '.claude'))).toBe(false)
  })

  test('a second time beside the plugin', async () => {
    const studio = machine('{ "enabledPlugins": { "claudeforge@claudeforge": true } }')
    await studio.install()
    expect(studio.ours()).toEqual([])
  })

  test('from the cache of npx, which is emptied now and then', async () => {
    const studio = machine('{}')
    const program = { node: process.execPath, script: '/home/ana/.npm/_npx/1a2b/node_modules/claudeforge/forge.js' }
    await expect(installCommand({ yes: true }, { ...studio.surroundings(), program })).rejects.toMatchObject({
      hint: expect.stringContaining('npm install -g claudeforge'),
    })
  })
})

test('uninstall where nothing was installed says so, and changes nothing', async () => {
  const studio = machine('{}')
  const surroundings = studio.surroundings()
  expect(await uninstallCommand({ yes: true }, surroundings)).toBe(0)
  expect(surroundings.stderr.text).toContain('Nothing of claudeforge is in other programs’ files.')
})
