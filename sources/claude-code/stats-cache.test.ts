import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from '../../test/support/folders.ts'
import { parseStatsCache, readStatsCache } from './stats-cache.ts'

const fixture = (name: string) => new URL(`fixtures/stats-cache/${name}`, import.meta.url).pathname
const read = (name: string) => readStatsCache(fixture(name), 'm')
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

describe('stats-cache.json', () => {
  test.each([
    ['v1.json', 'in+out', 1],
    ['v2.json', 'in+out', 2],
    ['v3.json', 'in+out', 3],
    ['v4.json', 'in+out', 4],
    ['v5.json', 'all', 5],
  ] as const)('%s tells days, activity and models, and which tokens it counts: %s', (name, basis, version) => {
    const set = read(name)
    expect(set.snapshot).toMatchObject({ machine: 'm', origin: 'stats-cache', version, basis })
    expect(set.figures.length).toBeGreaterThan(0)
    expect(set.activity.length).toBeGreaterThan(0)
    expect(set.models.length).toBeGreaterThan(0)
  })

  test('gives each day and model its tokens, undivided', () => {
    expect(read('v1.json').figures.slice(0, 2)).toEqual([
      expect.objectContaining({
        date: '2026-01-10',
        model: 'claude-opus-4-5-20251101',
        total_tokens: 12_000,
        input_tokens: 0,
      }),
      expect.objectContaining({ date: '2026-01-10', model: 'claude-haiku-4-5-20251001', total_tokens: 500 }),
    ])
    expect(read('v1.json').activity[0]).toMatchObject({ message_count: 40, session_count: 2, tool_call_count: 11 })
  })

  test('of an unknown version tells its activity only', () => {
    const set = read('v9.json')
    expect([set.snapshot.basis, set.figures.length, set.activity.length]).toEqual(['', 0, 1])
  })

  test('keeps model names that are special elsewhere', () => {
    expect(read('odd-models.json').figures.map(({ model }) => model)).toEqual(['__proto__', 'llama3.1:8b', 'a/b/C-1'])
  })

  test.each([
    ['bad-merge.json', 'holds merge markers of git'],
    ['bad-foreign.json', 'is not what Claude Code writes'],
    ['bad-half.json', 'is not valid JSON'],
  ])('%s is refused with a sentence: it %s', (name, why) => {
    expect(() => read(name)).toThrow(`${fixture(name)} ${why}; its figures were left out.`)
  })

  test('that is empty, or far too large, is refused', () => {
    const folder = tempFolder()
    expect(() => readStatsCache(writeFile(join(folder, 'a.json'), ' \n'), 'm')).toThrow(/is empty/)
    expect(() => readStatsCache(writeFile(join(folder, 'b.json'), ' '.repeat(11e6)), 'm')).toThrow(/is too large/)
  })

  test('never throws anything but such a sentence, and never gives anything but whole counts', () => {
    const shape = fc.record({
      version: fc.jsonValue(),
      dailyActivity: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
      dailyModelTokens: fc.jsonValue(),
      modelUsage: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    })
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), (value) => {
        try {
          const { figures, activity } = parseStatsCache(JSON.stringify(value), 'file', 'm')
          for (const row of [...figures, ...activity]) expect(row.date).toMatch(/^\d{4}-\d\d-\d\d$/)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-request' })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('real files of every version', () => {
  const folder = resolve(process.env['FORGE_STATS_CACHE_SAMPLES'] ?? '../shared/data/stats-cache')
  const check = (name: string, run: (path: string) => void) =>
    test(name, (context) => {
      const path = join(folder, name)
      if (!existsSync(path)) return context.skip(`no sample files at ${folder} (FORGE_STATS_CACHE_SAMPLES)`)
      return run(path)
    })

  for (const name of [
    'v1-104-days',
    'v1-37-days',
    'v1-odd-model-names',
    'v1-tiny',
    'v2-132-days',
    'v2-35-days',
    'v2-provider-prefixes',
    'v3-21-days',
    'v3-87-days',
    'v4-49-days',
    'v5-70-days',
    'shrunk-a-before',
    'shrunk-b-after',
  ]) {
    check(`${name}.json`, (path) => {
      const set = readStatsCache(path, 'm')
      const raw = JSON.parse(readFileSync(path, 'utf8')) as {
        version: number
        totalMessages: number
        totalSessions: number
        dailyModelTokens: { tokensByModel: Record<string, number> }[]
        modelUsage: Record<string, unknown>
      }
      expect(sum(set.activity.map((row) => row.message_count))).toBe(raw.totalMessages)
      expect(sum(set.activity.map((row) => row.session_count))).toBe(raw.totalSessions)
      const tokens = raw.dailyModelTokens.flatMap((row) => Object.values(row.tokensByModel))
      expect(sum(set.figures.map((row) => row.total_tokens))).toBe(sum(tokens))
      expect(set.models.length).toBe(Object.keys(raw.modelUsage).length)
      expect(set.snapshot).toMatchObject({ version: raw.version, basis: raw.version >= 5 ? 'all' : 'in+out' })
    })
  }
  check('bad-merge-conflict.json', (path) => expect(() => readStatsCache(path, 'm')).toThrow(/merge markers/))
  check('bad-not-claude-code.json', (path) =>
    expect(() => readStatsCache(path, 'm')).toThrow(/not what Claude Code writes/),
  )
})
