import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from '../../test/support/folders.ts'
import { cleanupPeriodDays, DEFAULT_CLEANUP_DAYS } from './retention.ts'

function daysWith(settings: string | undefined): number {
  const folder = tempFolder()
  if (settings !== undefined) writeFile(join(folder, 'settings.json'), settings)
  return cleanupPeriodDays([folder], { platform: 'linux' })
}

describe('how long Claude Code keeps transcripts', () => {
  test('is what its settings say', () => {
    expect(daysWith('{"cleanupPeriodDays": 365, "model": "opus"}')).toBe(365)
    expect(daysWith('{"cleanupPeriodDays": 1}')).toBe(1)
  })

  test('is its default where the settings say nothing that it takes, or cannot be read', () => {
    expect(DEFAULT_CLEANUP_DAYS).toBe(30)
    for (const settings of [
      undefined,
      '',
      '{}',
      'null',
      '[]',
      '{"cleanupPeriodDays": 0}',
      '{"cleanupPeriodDays": -3}',
      '{"cleanupPeriodDays": "90"}',
      '{"cleanupPeriodDays": 1e9}',
      '// a comment\n{"cleanupPeriodDays": 90}',
    ]) {
      expect(daysWith(settings), settings).toBe(30)
    }
  })

  test('is that of the first folder that says so', () => {
    const [a, b] = [tempFolder(), tempFolder()]
    writeFile(join(b, 'settings.json'), '{"cleanupPeriodDays": 90}')
    expect(cleanupPeriodDays([a, b], { platform: 'linux' })).toBe(90)
  })
})
