import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from '../../test/support/folders.ts'
import { type Places, transcriptsIn } from '../source.ts'
import { locate, search } from './locate.ts'

function find(home: string, env: Places['env'] = {}, platform: NodeJS.Platform = 'linux') {
  const found = locate({ home, env, platform })
  const paths = transcriptsIn(found).map(({ path, source }) => `${source} ${path.slice(path.indexOf('projects/') + 9)}`)
  return { ...found, paths: paths.toSorted() }
}

const touch = (...parts: string[]) => writeFile(join(...parts), '')

describe('transcripts', () => {
  test('are sessions, and their subagents in every layout that Claude Code has had', () => {
    const home = tempFolder()
    const project = join(home, '.claude/projects/-home-dev-shop')
    touch(project, 'session.jsonl')
    touch(project, 'agent-old-flat.jsonl')
    touch(project, 'session/subagents/agent-a.jsonl')
    touch(project, 'session/subagents/workflows/wf_1/agent-b.jsonl')
    expect(find(home).paths).toEqual([
      'claude-code -home-dev-shop/agent-old-flat.jsonl',
      'claude-code -home-dev-shop/session.jsonl',
      'claude-code -home-dev-shop/session/subagents/agent-a.jsonl',
      'claude-code -home-dev-shop/session/subagents/workflows/wf_1/agent-b.jsonl',
    ])
  })

  test('are not journals, memories, tool results, or files that only begin like one', () => {
    const home = tempFolder()
    const project = join(home, '.claude/projects/-home-dev-shop')
    touch(project, 'session/subagents/workflows/wf_1/journal.jsonl')
    touch(project, 'session/tool-results/x.jsonl')
    touch(project, 'memory/agent-x.jsonl')
    touch(project, 'observations.jsonl')
    touch(project, 'notes.txt')
    touch(project, 'backup.jsonl.bak')
    touch(home, '.claude/history.jsonl')
    touch(home, '.claude/projects/loose.jsonl')
    expect(find(home).paths).toEqual([])
  })

  test('are looked for in ~/.claude and in the XDG folder', () => {
    const home = tempFolder()
    touch(home, '.claude/projects/p/a.jsonl')
    touch(home, '.config/claude/projects/p/b.jsonl')
    touch(home, 'elsewhere/claude/projects/p/c.jsonl')
    expect(find(home).paths).toEqual(['claude-code p/a.jsonl', 'claude-code p/b.jsonl'])
    const moved = find(home, { XDG_CONFIG_HOME: join(home, 'elsewhere') })
    expect(moved.paths).toEqual(['claude-code p/a.jsonl', 'claude-code p/c.jsonl'])
  })

  test('are looked for where CLAUDE_CONFIG_DIR says: a list, with ~, or the projects folder itself', () => {
    const home = tempFolder()
    touch(home, '.claude/projects/p/a.jsonl')
    touch(home, 'one/projects/p/b.jsonl')
    touch(home, 'two/projects/p/c.jsonl')
    const found = find(home, { CLAUDE_CONFIG_DIR: `~/one, ${home}/two/projects, /nowhere/at/all` })
    expect(found.paths).toEqual(['claude-code p/b.jsonl', 'claude-code p/c.jsonl'])
    expect(found.problems).toEqual(['CLAUDE_CONFIG_DIR names /nowhere/at/all, which is no folder here.'])
  })

  test('of Cowork are a source of their own, on every system', () => {
    const home = tempFolder()
    const session = 'local-agent-mode-sessions/a/b/local_1/.claude/projects/p'
    touch(home, '.config/Claude', session, 'linux.jsonl')
    touch(home, '.config/Claude/local-agent-mode-sessions/a/b/local_1/audit.jsonl')
    touch(home, 'Library/Application Support/Claude', session, 'mac.jsonl')
    touch(home, 'Roaming/Claude', session, 'windows.jsonl')
    expect(find(home).paths).toEqual(['claude-cowork p/linux.jsonl'])
    expect(find(home, {}, 'darwin').paths).toEqual(['claude-cowork p/mac.jsonl'])
    expect(find(home, { APPDATA: join(home, 'Roaming') }, 'win32').paths).toEqual(['claude-cowork p/windows.jsonl'])
  })

  test('are found once when two folders are one, and links inside lead nowhere', () => {
    const home = tempFolder()
    touch(home, '.claude/projects/p/a.jsonl')
    mkdirSync(join(home, '.config'))
    symlinkSync(join(home, '.claude'), join(home, '.config/claude'))
    symlinkSync('/', join(home, '.claude/projects/root'))
    symlinkSync(join(home, '.claude/projects'), join(home, '.claude/projects/p/loop'))
    symlinkSync('/dev/zero', join(home, '.claude/projects/p/zero.jsonl'))
    expect(find(home).paths).toEqual(['claude-code p/a.jsonl'])
  })
})

test('a home without Claude Code has nothing, and is no problem', () => {
  expect(find(tempFolder())).toMatchObject({ listings: [], paths: [], figure_files: [], problems: [] })
})

test('a search looks into a folder when it is asked for the next one, and into all that are left at its end', () => {
  const home = tempFolder()
  const projects = join(home, '.claude/projects')
  touch(projects, 'a/session.jsonl')
  touch(projects, 'b/session.jsonl')
  const whole = search({ home, env: {}, platform: 'linux' })
  const [root] = whole.listings
  expect(root?.folders).toEqual(['a', 'b'])
  touch(projects, 'b/later.jsonl')
  expect(transcriptsIn(whole.found())).toHaveLength(3)
})
