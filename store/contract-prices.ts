import { readFileSync } from 'node:fs'
import { parseContract } from '../core/prices/contract.ts'
import { listPrices, type PriceBook } from '../core/prices/price-book.ts'
import { Problem } from '../core/problem.ts'

/**
 * What someone really pays, from a file (docs/prices.md says what stands in it); undefined where there is none and
 * none `is_required`. Throws `invalid-request` for a file that cannot be read or meant.
 */
export function contractPrices(
  path: string,
  { is_required = false }: { is_required?: boolean } = {},
): PriceBook | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (!is_required && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    throw new Problem('invalid-request', `Cannot read the prices in ${path} (${(cause as Error).message}).`, {
      hint: 'Check FORGE_PRICES, or whose file it is.',
      cause,
    })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Problem('invalid-request', `${path} is not valid JSON.`, { hint: 'See docs/prices.md.', cause })
  }
  try {
    return parseContract(json, listPrices())
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem('invalid-request', `${path}: ${error.message}`, { hint: 'See docs/prices.md.', cause: error })
  }
}
