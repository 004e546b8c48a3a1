import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder, writeFile } from './support/folders.ts'

const script = new URL('../scripts/refresh-prices.ts', import.meta.url).pathname

function compare(entries: object) {
  const path = writeFile(join(tempFolder(), 'theirs.json'), JSON.stringify(entries))
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, path], { encoding: 'utf8' })
  return { status, lines: stdout.trim().split('\n').slice(0, -1), stderr }
}

test('a list that agrees has no differences', () => {
  const entry = { litellm_provider: 'anthropic', input_cost_per_token: 5e-6, cache_read_input_token_cost: 5e-7 }
  expect(compare({ 'claude-opus-5': entry, 'gpt-5': { litellm_provider: 'openai' } })).toEqual({
    status: 0,
    lines: [],
    stderr: '',
  })
})

test('another price and an unknown model are named', () => {
  const entry = { litellm_provider: 'anthropic', output_cost_per_token: 3e-5 }
  expect(compare({ 'claude-opus-5': entry, 'claude-nova-1': entry })).toMatchObject({
    status: 1,
    lines: [
      'claude-opus-5: output_tokens: theirs $30, ours $25 per million',
      'claude-nova-1: the book has no price of it for today',
    ],
  })
})
