import { describe, expect, test } from 'vitest'
import { contractSentences } from './contract-words.ts'
import { parseUsd } from './money.ts'

const sums = {
  total_tokens: 1000,
  reported_tokens: 0,
  unpriced_tokens: 0,
  contract_unpriced_tokens: 0,
  cost: parseUsd('70.94'),
  contract_cost: parseUsd('62.07'),
  contract_saving: parseUsd('8.87'),
}
const ACME = { contract: 'ACME', contract_unpriced_models: [] }
const words = (parts: Partial<typeof sums>, priced = ACME) => contractSentences({ ...sums, ...parts }, priced, String)

describe('contract prices in words', () => {
  test('without a contract there is nothing to say', () => {
    expect(contractSentences(sums, { contract: null, contract_unpriced_models: [] }, String)).toEqual([])
  })

  test('two whole costs are set against each other', () => {
    expect(words({})).toEqual(['At the prices of ACME: $62.07 instead of $70.94.'])
  })

  test('a part that the contract does not price is named, and only what both price is compared', () => {
    const incomplete = { contract_cost: parseUsd('38.26'), contract_saving: parseUsd('5.47') }
    const priced = { contract: 'ACME', contract_unpriced_models: ['claude-opus-4-5'] } as const
    expect(contractSentences({ ...sums, ...incomplete, contract_unpriced_tokens: 400 }, priced, String)).toEqual([
      'At the prices of ACME: $38.26+; of what has both prices, $5.47 less than the list price.',
      '+ ACME has no price for 400 tokens of claude-opus-4-5: they are not in its cost.',
    ])
  })

  test('what only the contract prices is compared with nothing', () => {
    expect(words({ unpriced_tokens: 100, contract_saving: parseUsd('-1') })).toEqual([
      'At the prices of ACME: $62.07; of what has both prices, $1.00 more than the list price.',
    ])
  })

  test('day totals have neither price and are no difference', () => {
    expect(words({ reported_tokens: 5, unpriced_tokens: 5, contract_unpriced_tokens: 5 })).toEqual([
      'At the prices of ACME: $62.07+ instead of $70.94+.',
    ])
  })

  test('where the contract prices nothing there is no amount', () => {
    expect(words({ contract_cost: 0n, contract_saving: 0n, contract_unpriced_tokens: 1000 })).toEqual([
      '+ ACME has no price for 1000 tokens: they are not in its cost.',
    ])
  })
})
