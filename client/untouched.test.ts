import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { testSurroundings } from '../test/support/surroundings.ts'
import { anAssistantRow, lines } from '../test/support/rows.ts'
import { openMachineLedger } from '../store/open.ts'
import { localReports } from './answer-from.ts'
import { collect } from './collect.ts'
import { tokensCommand } from './commands/tokens.ts'
import { ledgerPath } from './config.ts'
import { emptyReports, isUntouched } from './untouched.ts'

test('what is told of a home without anything is what an empty ledger tells', async () => {
  const surroundings = testSurroundings({ home: tempFolder() })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  await collect(ledger, surroundings, { hostname: 'studio' })
  const [empty, told] = [emptyReports(surroundings), await localReports(ledger, surroundings)]
  for (const query of [
    {},
    { days: 7 },
    { from: '2026-11-01', tz: 'Asia/Tokyo', by: 'machine', every: 'week' },
  ] as const) {
    expect(await empty.usage(query)).toEqual(await told.usage(query))
  }
  // The machine that keeps a ledger is one.
  expect({ ...(await empty.totals({})), machine_count: 1 }).toEqual(await told.totals({}))
  const { machines, ...rest } = await told.machines({ days: 7 })
  const range = { from: rest.from ?? '', to: rest.to ?? '', tz: rest.tz }
  expect(await empty.machines(range)).toEqual({ ...rest, machines: [] })
  expect(machines).toHaveLength(1)
  await ledger.close()
})

test('a home without anything is left as it was', async () => {
  const surroundings = testSurroundings({ home: tempFolder() })
  expect(await tokensCommand({ json: true }, surroundings)).toBe(0)
  expect(JSON.parse(surroundings.stdout.text)).toMatchObject({ rows: [], machines: [], source: 'local' })
  expect(existsSync(join(surroundings.home, '.claudeforge'))).toBe(false)
})

test('a home is not without anything when there is a transcript, a cache, a ledger, a server or a mistake', () => {
  const home = (prepare: (home: string) => void, env = {}) => {
    const folder = tempFolder()
    prepare(folder)
    return isUntouched(testSurroundings({ home: folder, env }))
  }
  expect(home(() => undefined)).toBe(true)
  expect(home((folder) => mkdirSync(join(folder, '.claude/projects/p'), { recursive: true }))).toBe(true)
  expect(home((folder) => writeFile(join(folder, '.claude/projects/p/a.jsonl'), lines(anAssistantRow())))).toBe(false)
  expect(home((folder) => writeFile(join(folder, '.claude/stats-cache.json'), '{}'))).toBe(false)
  expect(home((folder) => mkdirSync(join(folder, '.claudeforge')))).toBe(false)
  expect(home(() => undefined, { FORGE_SERVER_URL: 'http://127.0.0.1:1' })).toBe(false)
  expect(home(() => undefined, { CLAUDE_CONFIG_DIR: '/nowhere' })).toBe(false)
})
