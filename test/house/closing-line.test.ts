import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'claudeforge-closing-line-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))

/** The last lines of a run of these files, from the first that names a skipped test. */
function closingLines(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), `import * as v from 'vitest'\n${text}\n`)
  const reporter = join(repository, 'scripts/closing-line-reporter.ts')
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--root', folder, '--reporter', reporter, ...Object.keys(files)]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim().split('\n')
}

test('a run closes with its numbers, after the reason of every skipped test', () => {
  const lines = closingLines({
    'a.test.ts': "v.test('one', () => {}); v.test('two', (context) => context.skip('no tmux here'))",
    'b.test.ts': "v.describe('three', () => v.test.todo('four'))",
  })
  expect(lines.toSorted()).toEqual([
    '1 passed, 0 failed, 2 skipped',
    'skipped: a.test.ts > two: no tmux here',
    'skipped: b.test.ts > three > four: still to be written',
  ])
  expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped')
})

test('a file that does not load, a hook that throws and a lost error are failures', () => {
  const lines = closingLines({
    'load.test.ts': "throw new Error('while loading')",
    'hook.test.ts': "v.afterAll(() => { throw new Error('in a hook') }); v.test('one', () => {})",
    'lost.test.ts': "v.test('two', () => { void Promise.reject(new Error('lost')) })",
    'fail.test.ts': "v.test('three', () => v.expect(1).toBe(2))",
  })
  expect(lines.at(-1)).toBe('2 passed, 4 failed')
})
