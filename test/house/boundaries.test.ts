import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The real tsconfig files around small stand-ins for the sources: what is tried is whether the compiler keeps the arrows
// of ARCHITECTURE.md, not whether today's code does.

const repository = join(import.meta.dirname, '../..')
const arrows: Record<string, readonly string[]> = {
  core: [],
  api: ['core'],
  sources: ['core'],
  store: ['core'],
  server: ['core', 'api', 'store'],
  client: ['core', 'api', 'store', 'sources'],
  web: ['core', 'api'],
  bin: ['core', 'client', 'server'],
}
const folders = Object.keys(arrows)
const others = ['scripts', 'bench', 'test']

const copy = realpathSync(mkdtempSync(join(tmpdir(), 'claudeforge-boundaries-')))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

beforeAll(() => {
  for (const name of [
    'tsconfig.json',
    'tsconfig.base.json',
    ...[...folders, ...others].map((f) => `${f}/tsconfig.json`),
  ]) {
    mkdirSync(join(copy, dirname(name)), { recursive: true })
    cpSync(join(repository, name), join(copy, name))
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  write('package.json', '{ "type": "module" }')
  write('vitest.config.ts', 'export {}')
  for (const folder of folders)
    write(`${folder}/${folder}.ts`, lines(arrows[folder]!.map(importOf), `export const ${folder} = 1`))
  for (const folder of others) write(`${folder}/${folder}.ts`, `export const ${folder} = 1`)
  write('core/core.test.ts', lines(["import 'node:fs'", importOf('store'), importOf('client')], 'export {}'))
})

test('what follows the arrows compiles, and tests may import everything', () => {
  expect(compile('.')).toBe('')
})

describe('a breach does not compile:', () => {
  // The compiler lets bin reach what client and server reach; laws.test.ts keeps bin to its arrows.
  for (const from of folders.filter((folder) => folder !== 'bin')) {
    for (const to of folders.filter((folder) => folder !== from && !arrows[from]!.includes(folder))) {
      test(`${from} importing ${to}`, () => {
        expect(compileWith(from, importOf(to))).toMatch(new RegExp(`TS6307: File '.*/${to}/${to}\\.ts' is not listed`))
      })
    }
  }

  test('core importing node:fs', () => {
    expect(compileWith('core', "import { readFileSync } from 'node:fs'\nreadFileSync('x')")).toContain('TS2591')
  })

  for (const name of ['process', 'document', 'console', 'fetch', 'setTimeout']) {
    test(`core touching ${name}`, () => {
      expect(compileWith('core', `void ${name}`)).toMatch(/TS2(304|584|591): Cannot find name/)
    })
  }

  test('api touching document', () => {
    expect(compileWith('api', 'void document')).toContain('TS2584')
  })
})

function compileWith(folder: string, breach: string): string {
  const path = `${folder}/breach.ts`
  write(path, lines([breach], 'export {}'))
  try {
    return compile(folder)
  } finally {
    rmSync(join(copy, path))
  }
}

/** The compiler's complaints about a folder and what it builds on, or nothing. */
function compile(folder: string): string {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, '-b', folder], { cwd: copy, encoding: 'utf8' })
  const complaints = `${stdout}${stderr}`
  if ((status === 0) !== (complaints === '')) throw new Error(`tsc ended with ${status} and said: ${complaints}`)
  return complaints
}

function importOf(folder: string): string {
  return `import { ${folder} as from_${folder} } from '../${folder}/${folder}.ts'\nvoid from_${folder}`
}

function lines(first: readonly string[], last: string): string {
  return [...first, last, ''].join('\n')
}

function write(path: string, text: string): void {
  writeFileSync(join(copy, path), text)
}
