import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../test/support/folders.ts'
import { locate } from '../sources/claude-code/locate.ts'
import type { Found } from '../sources/source.ts'
import { FolderMemory } from './folder-memory.ts'
import { lookAtFiles } from './look-at-files.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const LONG_AGO = new Date('2026-11-01T00:00:00Z')

function aHome() {
  const home = tempFolder()
  const projects = join(home, '.claude/projects')
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(projects, path)), { recursive: true })
    writeFileSync(join(projects, path), text)
  }
  for (const path of ['a/1.jsonl', 'a/2.jsonl', 'a/s/subagents/agent-x.jsonl', 'b/3.jsonl']) write(path)
  for (const folder of ['', 'a', 'a/s', 'a/s/subagents', 'b']) utimesSync(join(projects, folder), LONG_AGO, LONG_AGO)
  return { home, projects, write }
}

const find = (home: string, memory: FolderMemory) => locate({ home, env: {}, platform: 'linux' }, memory)

/** What a run ends with. */
function looked({ listings, roots }: Found) {
  const folders = listings.map((listing) => {
    const { digest } = lookAtFiles(listing, (_, error) => expect(error).toMatchObject({ code: 'ENOENT' }))
    return { listing, digest }
  })
  return { roots, folders }
}

/** Two runs, the second of which knows what the first has found. */
function remembered(home: string, first: number, second: number) {
  const empty = new FolderMemory([], first)
  const { rows } = empty.changes(looked(find(home, empty)))
  return { rows, memory: new FolderMemory(rows, second) }
}

// The change time of these folders is that of the test; only the clock that is given can be far enough from it.
const LATER = 4_000_000_000_000

test('a run with nothing new lists no folder, asks no cursor, and writes nothing', () => {
  const { home } = aHome()
  const { rows, memory } = remembered(home, LATER, LATER + 60_000)
  expect(rows).toHaveLength(3)
  const found = find(home, memory)
  expect(found.listings).toHaveLength(5)
  for (const listing of found.listings) expect(memory.listing(listing.path)).toBe(listing)
  const now = looked(found)
  expect(now.folders.filter((folder) => !memory.isSettled(folder))).toEqual([])
  expect([memory.changes(now), memory.gone(now)]).toEqual([{ rows: [], gone: [] }, []])
})

test('a file that grows unsettles its own folder only', () => {
  const { home, projects, write } = aHome()
  const { memory } = remembered(home, LATER, LATER + 60_000)
  write('a/1.jsonl', 'x')
  const now = looked(find(home, memory))
  const unsettled = now.folders.filter((folder) => !memory.isSettled(folder)).map(({ listing }) => listing.path)
  expect(unsettled).toEqual([join(projects, 'a')])
  expect(memory.changes(now).rows.map(({ path }) => path)).toEqual([join(projects, 'a')])
})

test('new, renamed and deleted files and folders are found', () => {
  const { home, projects, write } = aHome()
  const { memory } = remembered(home, LATER, LATER + 60_000)
  write('a/s/subagents/deep/agent-y.jsonl')
  write('c/4.jsonl')
  renameSync(join(projects, 'a/1.jsonl'), join(projects, 'a/9.jsonl'))
  rmSync(join(projects, 'b'), { recursive: true })
  const found = find(home, memory)
  const files = found.listings.flatMap(({ path, files: names }) => names.map((name) => join(path, name)))
  expect(files.map((path) => path.slice(projects.length + 1)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'a/2.jsonl',
    'a/9.jsonl',
    'a/s/subagents/agent-x.jsonl',
    'a/s/subagents/deep/agent-y.jsonl',
    'c/4.jsonl',
  ])
  const now = looked(found)
  expect(memory.gone(now)).toEqual([join(projects, 'a/1.jsonl'), join(projects, 'b/3.jsonl')])
  expect(memory.changes(now).gone).toEqual([join(projects, 'b')])
})

test('a folder that changed a moment ago, or seems to change in the future, is listed again', () => {
  const { home } = aHome()
  for (const now of [Date.now(), NOW]) {
    const { memory } = remembered(home, now, now)
    const { listings } = find(home, memory)
    for (const listing of listings) {
      expect(listing.looked).toBe('')
      expect(memory.listing(listing.path)).not.toBe(listing)
    }
  }
})

test('every folder is listed once an hour, whatever it looks like, and whenever the clock went back', () => {
  const { home } = aHome()
  for (const later of [LATER + 3_600_001, LATER - 1]) {
    const { memory } = remembered(home, LATER, later)
    const found = find(home, memory)
    for (const listing of found.listings) expect(memory.listing(listing.path)).not.toBe(listing)
    const now = looked(found)
    expect(now.folders.every((folder) => memory.isSettled(folder))).toBe(true)
    expect(memory.changes(now).rows.map(({ listed_at }) => listed_at)).toEqual([later, later, later])
  }
})

test('nothing is taken for gone below a root that is not there', () => {
  const { home, projects } = aHome()
  const { memory } = remembered(home, LATER, LATER + 60_000)
  renameSync(projects, `${projects}-aside`)
  const now = looked(find(home, memory))
  expect([now.folders, memory.gone(now), memory.changes(now)]).toEqual([[], [], { rows: [], gone: [] }])
})
