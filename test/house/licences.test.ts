import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { licencesOf } from '../../scripts/licences.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claudeforge-licences-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Installs a package, and returns the path of a module in it. */
function aPackage(manifest: { name: string; license?: string; author?: string }, files: Record<string, string> = {}) {
  const place = join(folder, 'node_modules', manifest.name)
  mkdirSync(join(place, 'lib'), { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text)
  return join(place, 'lib/index.js')
}

test('each package in the bundle is named once with the text of its licence, in the same order always', () => {
  const b = aPackage({ name: '@scope/b', license: 'ISC' }, { 'LICENSE.md': 'Permission of b' })
  const a = aPackage(
    { name: 'a', license: '(GPL-2.0 OR MIT)' },
    { 'license-mit': 'Permission of a', NOTICE: 'Notice of a' },
  )
  const text = licencesOf([a, b, a, join(folder, 'own/code.ts')])
  expect(text.match(/^.* \((MIT|ISC)\)$/gm)).toEqual(['@scope/b 1.0.0 (ISC)', 'a 1.0.0 (MIT)'])
  for (const part of ['Permission of b', 'Permission of a', 'Notice of a']) expect(text).toContain(part)
  expect(licencesOf([b, a])).toBe(text)
})

test('what joins the modules of the bundle is the bundler, and named as such', () => {
  expect(licencesOf(['\0rolldown/runtime.js'])).toMatch(/^rolldown \d.* \(MIT\)$/m)
})

test('a package that says MIT and who wrote it, but has no file, gets the words of that licence', () => {
  const text = licencesOf([aPackage({ name: 'a', license: 'MIT', author: 'A. Nyone' })])
  expect(text).toContain('Copyright (c) A. Nyone')
})

test('a licence that we cannot pass on stops the build, and so does one without its text', () => {
  expect(() => licencesOf([aPackage({ name: 'a', license: 'GPL-3.0' }, { LICENSE: 'text' })])).toThrow(
    'a 1.0.0: licence "GPL-3.0"',
  )
  expect(() => licencesOf([aPackage({ name: 'b' }, { LICENSE: 'text' })])).toThrow('b 1.0.0: licence "none"')
  expect(() => licencesOf([aPackage({ name: 'c', license: 'ISC' })])).toThrow('c 1.0.0: no licence text')
})
