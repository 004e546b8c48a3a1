import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// Laws that neither the compiler nor .oxlintrc.json can express. A breach is named as file:line.

const repository = join(import.meta.dirname, '../..')
const product = filesIn('{core,api,sources,store,server,client,bin}/**/*.ts').filter(isNoTest)

test('the clock is passed in: only bin/ and server/serve.ts ask what time it is', () => {
  const files = product.filter((file) => !file.startsWith('bin/') && file !== 'server/serve.ts')
  // Date.now and performance.now are lint errors already.
  expect(linesWith(files, /\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)/)).toEqual([])
})

test('random is passed in: an id is made of what was drawn, not by drawing', () => {
  expect(linesWith(product, /\b(uuid)?v[1467]\(\s*\)/i)).toEqual([])
})

test('bin/ knows the commands and the server, not what is below them', () => {
  expect(
    linesWith(filesIn('bin/**/*.ts').filter(isNoTest), /(from|import\()\s*'\.\.\/(api|sources|store|web)\//),
  ).toEqual([])
})

test('the core uses no package but zod, which does no I/O', () => {
  const files = filesIn('core/**/*.ts').filter(isNoTest)
  expect(linesWith(files, /(from|import|import\()\s*'(?!\.|zod')/)).toEqual([])
})

function filesIn(pattern: string): string[] {
  return globSync(pattern, { cwd: repository, exclude: ['**/fixtures/**', '**/node_modules/**'] }).toSorted()
}

function isNoTest(file: string): boolean {
  return !file.endsWith('.test.ts')
}

function linesWith(files: readonly string[], breach: RegExp): string[] {
  return files.flatMap((file) =>
    readFileSync(join(repository, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (breach.test(withoutComment(line)) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  )
}

function withoutComment(line: string): string {
  return /^\s*(\/\/|\/?\*)/.test(line) ? '' : line.replace(/\s\/\/ .*$/, '')
}
