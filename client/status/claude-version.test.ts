import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anAssistantRow, lines } from '../../test/support/rows.ts'
import { tempFolder, writeFile } from '../../test/support/folders.ts'
import { testSurroundings } from '../../test/support/surroundings.ts'
import { openMachineLedger } from '../../store/open.ts'
import { localReports } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { ledgerPath } from '../config.ts'
import { claudeVersion } from './claude-version.ts'

async function versionAfter(seen: readonly (readonly [day: string, version: string])[]) {
  const surroundings = testSurroundings({ home: tempFolder(), now: () => Date.parse('2026-11-22T12:00:00Z') })
  const rows = seen.map(([day, version], i) => ({
    ...anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQ00000${i}`, timestamp: `2026-11-${day}T10:00:00Z` }),
    version,
  }))
  writeFile(join(surroundings.home, '.claude/projects/p/s.jsonl'), lines(...rows))
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    await collect(ledger, surroundings, { hostname: 'studio' })
    return await claudeVersion(await localReports(ledger, surroundings), surroundings)
  } finally {
    await ledger.close()
  }
}

test('the version of Claude Code is that of the latest day, and the newer of two', async () => {
  const seen = [
    ['19', '2.2.0'],
    ['21', '2.1.99'],
    ['21', '2.1.100'],
  ] as const
  expect(await versionAfter(seen)).toBe('2.1.100')
})

test('it is not known where nothing was written, or nothing that tells', async () => {
  expect(await versionAfter([])).toBeUndefined()
  expect(await versionAfter([['21', '']])).toBeUndefined()
})
