import { readFileSync } from 'node:fs'
import { usdText } from '../core/money.ts'
import { canonicalModel } from '../core/prices/model-name.ts'
import { listPrices } from '../core/prices/price-book.ts'
import type { TokenClass } from '../core/tokens.ts'

/**
 * Compares the price book with LiteLLM's list (a URL, or a file of the same shape) as of today, and prints what
 * differs. It changes nothing: each difference is looked up on Anthropic's page, and goes into
 * `core/prices/claude-prices.json` as a new period with its source. Ends with 1 where something differs.
 */

const LITELLM = 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json'

/** Their field for each class, in dollars per token. */
const FIELDS: Readonly<Record<TokenClass, string>> = {
  input_tokens: 'input_cost_per_token',
  output_tokens: 'output_cost_per_token',
  cache_read_tokens: 'cache_read_input_token_cost',
  cache_write_5m_tokens: 'cache_creation_input_token_cost',
  cache_write_1h_tokens: 'cache_creation_input_token_cost_above_1hr',
}

type Entry = Readonly<Record<string, unknown>>

const from = process.argv[2] ?? LITELLM
const theirs = JSON.parse(from.startsWith('http') ? await download(from) : readFileSync(from, 'utf8')) as Record<
  string,
  Entry
>
const found = differences(theirs, Date.now())
for (const line of found) process.stdout.write(`${line}\n`)
process.stdout.write(`${found.length} differences from ${from} (price book ${listPrices().version}).\n`)
process.exitCode = found.length === 0 ? 0 : 1

function differences(entries: Readonly<Record<string, Entry>>, now: number): string[] {
  const book = listPrices()
  const lines: string[] = []
  for (const [name, entry] of Object.entries(entries)) {
    if (entry['litellm_provider'] !== 'anthropic' || !name.startsWith('claude-')) continue
    const id = canonicalModel(name, book)
    const model = id === undefined ? undefined : book.models.get(id)
    const period = model?.periods.find(({ starts, ends }) => starts <= now && now < ends)
    if (period === undefined) lines.push(`${name}: the book has no price of it for today`)
    else lines.push(...differingRates(name, entry, period.rates))
  }
  return lines
}

function differingRates(name: string, entry: Entry, ours: Readonly<Record<TokenClass, bigint>>): string[] {
  return (Object.entries(FIELDS) as [TokenClass, string][]).flatMap(([token, field]) => {
    const price = entry[field]
    // Dollars per token as picodollars; their list is in binary fractions.
    if (typeof price !== 'number' || BigInt(Math.round(price * 1e12)) === ours[token]) return []
    const million = (rate: bigint) => `$${usdText(rate * 1_000_000n)}`
    return [
      `${name}: ${token}: theirs ${million(BigInt(Math.round(price * 1e12)))}, ours ${million(ours[token])} per million`,
    ]
  })
}

async function download(url: string): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return answer.text()
}
