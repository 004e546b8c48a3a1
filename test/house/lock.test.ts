import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lockProblems, type Lock, type Manifest } from '../../scripts/check-lock.ts'

const manifest: Manifest = { devDependencies: { bundler: '1.2.3' } }

/** A lock in order: a bundler with a binary for each of two systems, one of them below another package. */
function aLock(): Lock {
  const hash = 'sha512-0'
  return {
    packages: {
      '': {},
      'node_modules/bundler': {
        version: '1.2.3',
        integrity: hash,
        optionalDependencies: { '@bundler/linux': '1.2.3', '@bundler/mac': '1.2.3' },
      },
      'node_modules/@bundler/linux': { version: '1.2.3', integrity: hash },
      'node_modules/bundler/node_modules/@bundler/mac': { version: '1.2.3', integrity: hash },
    },
  }
}

describe('the lock check', () => {
  test('finds nothing in a whole lock', () => {
    expect(lockProblems(manifest, aLock())).toEqual([])
  })

  test('finds nothing in our own lock', () => {
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))
    expect(lockProblems(read('package.json') as Manifest, read('package-lock.json') as Lock)).toEqual([])
  })

  test('names the binary of another system that the lock lacks', () => {
    const lock = aLock()
    delete lock.packages['node_modules/bundler/node_modules/@bundler/mac']
    expect(lockProblems(manifest, lock)).toEqual([
      'node_modules/bundler names @bundler/mac for some system, but the lock does not hold it',
    ])
  })

  test('does not take a binary below another package for ours', () => {
    const lock = aLock()
    delete lock.packages['node_modules/@bundler/linux']
    lock.packages['node_modules/other/node_modules/@bundler/linux'] = { version: '1.2.3', integrity: 'sha512-0' }
    expect(lockProblems(manifest, lock)).toHaveLength(1)
  })

  test('names a package with an install script, and one without a hash', () => {
    const lock = aLock()
    lock.packages['node_modules/@bundler/linux'] = { version: '1.2.3', hasInstallScript: true }
    expect(lockProblems(manifest, lock)).toEqual([
      'node_modules/@bundler/linux has no integrity hash',
      'node_modules/@bundler/linux has an install script',
    ])
  })

  test('names a range in package.json, and a version that the lock does not hold', () => {
    expect(lockProblems({ devDependencies: { bundler: '^1.2.3' } }, aLock())).toEqual([
      'package.json: bundler is "^1.2.3", not an exact version',
      'bundler ^1.2.3 of package.json is not what the lock holds',
    ])
  })
})
