import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../bin/commands.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

/** Contract prices beside list prices, as the screens and files say them. */

const RATES = { input: 3, output: 15, cache_write_5m: 3.75, cache_write_1h: 6, cache_read: 0.3 }
const ACME = {
  name: 'ACME',
  discount_percent: 12.5,
  models: { 'claude-opus-4-5': { periods: [{ from: '2026-11-22', rates: RATES }] } },
}

/** A million tokens of input each: of a model with the discount, and of one that the contract prices since today. */
const ROWS = [
  ['msg_01AAAAAAAAAAAAAAAAAAAAAA', 'claude-opus-5', '2026-11-21T10:00:00Z'],
  ['msg_01BBBBBBBBBBBBBBBBBBBBBB', 'claude-opus-4-5', '2026-11-21T11:00:00Z'],
  ['msg_01CCCCCCCCCCCCCCCCCCCCCC', 'claude-opus-4-5', '2026-11-22T10:00:00Z'],
] as const

async function forge(words: string, contract: object = ACME) {
  const home = tempFolder()
  const usage = {
    input_tokens: 1_000_000,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_creation: {},
  }
  const rows = ROWS.map(([id, model, timestamp]) => anAssistantRow({ id, model, timestamp, usage, output: 0 }))
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  writeFile(join(home, '.claudeforge/prices.json'), JSON.stringify(contract))
  const surroundings = testSurroundings({
    home,
    now: () => Date.parse('2026-11-22T12:00:00Z'),
    zone: 'UTC',
    stdout: capture({ isTTY: true, columns: 100 }),
    env: { NO_COLOR: '1', LANG: 'C.UTF-8' },
  })
  const code = await runCommand(['node', 'forge', ...words.split(' '), '--local'], 'forge', '0', surroundings)
  expect(code).toBe(0)
  return surroundings.stdout.text
}

test.each(['models', 'tokens -d 2', 'machines', 'projects', 'sessions'])(
  'forge %s: a contract cost that leaves something out says so, and only what both price is compared',
  async (words) => {
    const text = (await forge(words)).replaceAll(/\s+/g, ' ')
    // $4.375 of Opus 5 at a discount and $3 of Opus 4.5 since today, whose list prices are $5 each.
    expect(text).toContain('At the prices of ACME: $7.38+; of what has both prices, $2.63 less than the list price.')
    expect(text).toContain('+ ACME has no price for 1.00M tokens of claude-opus-4-5: they are not in its cost.')
    expect(text).not.toContain('instead of')
  },
)

test('a row of which the contract leaves out a part has a +', async () => {
  const lines = (await forge('models')).split('\n')
  expect(lines.find((line) => line.startsWith('opus-4-5'))).toContain('$3.00+')
  expect(lines.find((line) => line.startsWith('opus-5'))).toMatch(/\$4\.38(?!\+)/)
})

test('a whole contract cost is set against the whole list cost', async () => {
  const { models: _, ...discount } = ACME
  expect((await forge('models', discount)).replaceAll(/\s+/g, ' ')).toContain(
    'At the prices of ACME: $13.13 instead of $15.00.',
  )
})

test('programs get what is left out, and what the contract saves of the rest', async () => {
  const { models } = JSON.parse(await forge('models --json')) as { models: Record<string, unknown>[] }
  expect(
    models.map(({ model, cost_usd, contract_cost_usd, contract_unpriced_tokens, contract_saving_usd }) => [
      model,
      cost_usd,
      contract_cost_usd,
      contract_unpriced_tokens,
      contract_saving_usd,
    ]),
  ).toEqual([
    ['claude-opus-4-5', '10', '3', 1_000_000, '2'],
    ['claude-opus-5', '5', '4.375', 0, '0.625'],
  ])
})
