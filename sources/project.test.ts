import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { normalRemote } from './git.ts'
import { ProjectResolver } from './project.ts'

const HOME = '/home/dev'
const resolver = (secret = 'a secret', home = HOME) => new ProjectResolver({ home, secret })

/** The key and the label of a folder. */
function projectOf(cwd: string, projects = resolver()): [key: string, label: string | undefined] {
  const key = projects.keyOf(cwd)
  return [key, projects.labels.get(key)]
}

function clone(folder: string, remote: string): string {
  writeFile(join(folder, '.git', 'config'), `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${remote}\n`)
  return folder
}

describe('a remote', () => {
  test('is one place, however it is spelled', () => {
    for (const url of [
      'https://github.com/Ana/Shop.git',
      'https://github.com/ana/shop',
      'https://ana:token@github.com/ana/shop.git/',
      'https://github.com:443/ana/shop',
      'http://github.com//ana/shop.git',
      'ssh://git@github.com/ana/shop.git',
      'ssh://git@github.com:22/ana/shop.git',
      'git@github.com:ana/shop.git',
      'git@github.com:/ana/shop',
      'github.com:ana/shop.git',
      'git://github.com/ana/shop.git',
      'GIT@GITHUB.COM:ANA/SHOP.GIT',
    ]) {
      expect(normalRemote(url), url).toBe('github.com/ana/shop')
    }
    expect(normalRemote('https://git.example.com:8443/Team/Shop.git')).toBe('git.example.com:8443/Team/Shop')
  })

  test('that is a folder of this machine is no place that others know', () => {
    for (const url of [
      '/srv/git/shop.git',
      '../shop',
      'file:///srv/git/shop.git',
      'C:\\git\\shop',
      'C:/git/shop',
      '',
      'x',
    ]) {
      expect(normalRemote(url), url).toBeUndefined()
    }
  })
})

describe('a project', () => {
  test('with a remote is one on all machines, wherever its clones lie and whatever their folders are called', () => {
    const here = clone(join(tempFolder(), 'shop'), 'git@github.com:ana/shop.git')
    const there = clone(join(tempFolder(), 'work', 'my-shop'), 'https://ana:token@github.com/ana/shop')
    const [key, label] = projectOf(join(here, 'src', 'deep'))
    expect(key).toMatch(/^g[\w-]{21}$/)
    expect(label).toBe('shop')
    expect(projectOf(there, resolver('another machine'))).toEqual([key, 'shop'])
  })

  test('of a path of another system lies in no repository, least of all in the one where forge runs', () => {
    const here = clone(tempFolder(), 'git@github.com:ana/elsewhere.git')
    const before = process.cwd()
    process.chdir(here)
    onTestFinished(() => process.chdir(before))
    const others = ['C:\\src\\shop', '\\\\server\\share\\shop', 'shop', '.', '..']
    for (const cwd of others) expect([cwd, projectOf(cwd)[0].slice(0, 1)]).toEqual([cwd, 'p'])
    expect(projectOf('C:\\src\\shop')[1]).toBe('shop')
  })

  test('without one is its folder on this machine, so two of one name stay two', () => {
    const folder = tempFolder()
    const [a, nameOfA] = projectOf(join(folder, 'client-a', 'api'))
    const [b, nameOfB] = projectOf(join(folder, 'client-b', 'api'))
    expect([nameOfA, nameOfB]).toEqual(['api', 'api'])
    expect(a).toMatch(/^p[\w-]{21}$/)
    expect(a).not.toBe(b)
    expect(projectOf(join(folder, 'client-a', 'api'), resolver('another machine'))[0]).not.toBe(a)
    expect(projectOf(join(folder, 'client-a', 'api/'))[0]).toBe(a)
  })

  test('without a remote, but under version control, is the whole repository', () => {
    const root = join(tempFolder(), 'notes')
    writeFile(join(root, '.git', 'config'), '[core]\n\tbare = false\n')
    expect(projectOf(join(root, 'a', 'b'))).toEqual(projectOf(root))
    expect(projectOf(root)[1]).toBe('notes')
  })

  test('is never called like a user: a home folder is ~, also where it is a repository or another’s', () => {
    for (const folder of [HOME, '/root', '/home/ana/', '/Users/ana', 'C:\\Users\\Ana', 'D:/Users/ana']) {
      expect(projectOf(folder), folder).toEqual(['~', '~'])
    }
    const home = clone(tempFolder(), 'git@github.com:ana/dotfiles.git')
    const own = resolver('s', home)
    expect(projectOf(home, own)).toEqual(['~', '~'])
    expect(projectOf(join(home, 'src', 'shop'), own)[1]).toBe('shop')
    expect(projectOf('')).toEqual(['', undefined])
  })

  test('takes in its worktrees, also those that are gone', () => {
    const repository = clone(join(tempFolder(), 'shop'), 'git@github.com:ana/shop.git')
    const [key] = projectOf(repository)
    for (const gone of ['.claude/worktrees/fix-1', '.worktrees/fix/src', '.git/worktrees/x']) {
      expect(projectOf(join(repository, gone))[0], gone).toBe(key)
    }
    const nowhere = '/nowhere/shop'
    expect(projectOf(`${nowhere}/.claude/worktrees/fix-1/src`)).toEqual(projectOf(nowhere))
  })

  test('whose configuration is hostile is a folder', () => {
    const hostile = {
      large: `[remote "origin"]\n\turl = git@github.com:a/b\n${'#'.repeat(100_000)}`,
      binary: '\0\0[remote "origin"]\0url = \u001b[2J',
      empty: '',
      unnamed: '[remote "origin"]\n\turl =\n',
      path: '[remote "origin"]\n\turl = ../../../etc/passwd\n',
    }
    for (const [name, config] of Object.entries(hostile)) {
      const folder = join(tempFolder(), name)
      writeFile(join(folder, '.git', 'config'), config)
      expect(projectOf(folder), name).toEqual([expect.stringMatching(/^p/), name])
    }
    const circle = join(tempFolder(), 'circle')
    writeFile(join(circle, '.git'), 'gitdir: .git\n')
    const loop = join(tempFolder(), 'loop')
    mkdirSync(loop)
    symlinkSync('.git', join(loop, '.git'))
    for (const folder of [circle, loop]) expect(projectOf(folder)[0]).toMatch(/^p/)
  })

  test('prefers origin to other remotes, and reads quotes and comments', () => {
    const folder = join(tempFolder(), 'fork')
    const other = '[remote "a-fork"]\n\turl = https://github.com/bob/shop\n'
    const origin = '[remote "origin"]\n\tpushurl = x\n\turl = "https://github.com/ana/shop" ; mine\n'
    writeFile(join(folder, '.git', 'config'), `; first\n${other}${origin}[branch "main"]\n\turl = no\n`)
    const [key] = projectOf(folder)
    expect(key).toBe(projectOf(clone(join(tempFolder(), 'x'), 'git@github.com:ana/shop.git'))[0])
  })

  test('never throws, and its name holds no path and no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (cwd) => {
        for (const text of [cwd, `/${cwd}`, `/a/${cwd}/b`, `C:\\${cwd}`]) {
          // oxlint-disable-next-line no-control-regex
          expect(projectOf(text)[1] ?? '').not.toMatch(/[/\u0000-\u001f\u007f-\u009f]/)
        }
      }),
    )
  })
})

const hasGit = spawnSync('git', ['--version']).status === 0

describe.runIf(hasGit)('what git itself makes', () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always', ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: 'pipe',
    })

  function repository(folder: string, remote: string): string {
    mkdirSync(folder, { recursive: true })
    git(folder, 'init', '-q')
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'first')
    git(folder, 'remote', 'add', 'origin', remote)
    return folder
  }

  test('a worktree belongs to its repository, one beside a bare clone too', () => {
    const shop = repository(join(tempFolder(), 'shop'), 'https://github.com/ana/shop.git')
    const worktree = join(tempFolder(), 'elsewhere')
    git(shop, 'worktree', 'add', '-q', worktree)
    expect(projectOf(join(worktree, 'src'))).toEqual(projectOf(shop))
    const bare = join(tempFolder(), 'bare.git')
    git(shop, 'clone', '-q', '--bare', shop, bare)
    git(bare, 'remote', 'set-url', 'origin', 'https://github.com/ana/shop.git')
    const beside = join(tempFolder(), 'beside')
    git(bare, 'worktree', 'add', '-q', beside, '-b', 'other')
    expect(projectOf(beside)).toEqual(projectOf(shop))
    const folder = join(tempFolder(), 'plain')
    const plain = repository(folder, '/srv/git/plain.git')
    const second = join(tempFolder(), 'second')
    git(plain, 'worktree', 'add', '-q', second)
    expect(projectOf(second)).toEqual(projectOf(plain))
    rmSync(worktree, { recursive: true })
  })

  test('a submodule is a project of its own', () => {
    const part = repository(join(tempFolder(), 'part'), 'https://github.com/ana/part.git')
    const whole = repository(join(tempFolder(), 'whole'), 'https://github.com/ana/whole.git')
    git(whole, 'submodule', '--quiet', 'add', part, 'part')
    git(join(whole, 'part'), 'remote', 'set-url', 'origin', 'https://github.com/ana/part.git')
    expect(projectOf(join(whole, 'part'))).toEqual(projectOf(part))
    expect(projectOf(join(whole, 'part'))[0]).not.toBe(projectOf(whole)[0])
  })
})

if (!hasGit) test('what git itself makes', (context) => context.skip('git is not installed'))
