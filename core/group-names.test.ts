import { describe, expect, test } from 'vitest'
import type { Grouping } from './grouping.ts'
import { groupNames } from './group-names.ts'

function called(by: Grouping, ...groups: string[]): string[] {
  return [...groupNames(groups, by).values()]
}

describe('models', () => {
  test('lose their maker and date', () => {
    expect(called('model', 'claude-opus-4-5-20251101', 'claude-sonnet-4-5@20250929', 'claude-opus-4-8')).toEqual([
      'opus-4-5',
      'sonnet-4-5',
      'opus-4-8',
    ])
  })

  test('of other makers stay as they are', () => {
    expect(called('model', 'glm-4.7', 'us.anthropic.claude-opus-4-5-20251101-v1:0')).toEqual([
      'glm-4.7',
      'us.anthropic.claude-opus-4-5-20251101-v1:0',
    ])
  })

  test('that would be called the same keep their names', () => {
    expect(called('model', 'claude-opus-4-5-20251101', 'claude-opus-4-5', 'claude-haiku-4-5-20251001')).toEqual([
      'claude-opus-4-5-20251101',
      'claude-opus-4-5',
      'haiku-4-5',
    ])
  })
})

test('only models are shortened', () => {
  expect(called('project', 'claude-forge-20251101')).toEqual(['claude-forge-20251101'])
  expect(called('machine', 'claude-box')).toEqual(['claude-box'])
})

test('a name of nothing that can be shown is unknown', () => {
  expect(called('project', '', '\u001b', '  ')).toEqual(['unknown', 'unknown', 'unknown'])
})

test('a token class has a name for people', () => {
  expect(called('type', 'input_tokens', 'cache_write_5m_tokens', '')).toEqual(['input', 'cache writes 5m', 'undivided'])
})

test('a group called like a method of an object is only a name', () => {
  for (const by of ['type', 'model'] as const) {
    expect(called(by, 'valueOf', '__proto__', 'constructor')).toEqual(['valueOf', '__proto__', 'constructor'])
  }
})
