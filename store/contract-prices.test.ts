import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contractPrices } from './contract-prices.ts'

function aFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'claudeforge-prices-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'prices.json')
  writeFileSync(path, text)
  return path
}

test('a file of contract prices', () => {
  expect(contractPrices(aFile('{"name": "ACME", "discount_percent": 10}'))?.name).toBe('ACME')
})

test('no file is no contract, unless someone named it', () => {
  expect(contractPrices('/nowhere/prices.json')).toBeUndefined()
  expect(() => contractPrices('/nowhere/prices.json', { is_required: true })).toThrow('/nowhere/prices.json')
})

test.each(['{', '[]', '{"name": ""}', '{"name": "x", "models": {"m": {}}}'])('%s is refused, with its path', (text) => {
  const path = aFile(text)
  expect(() => contractPrices(path)).toThrow(path)
})
