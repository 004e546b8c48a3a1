import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { listPrices } from '../../core/prices/price-book.ts'
import { parseUsd, type Picodollars, usdText } from '../../core/money.ts'
import type { UsageRow } from '../../core/report-specs.ts'
import type { Surroundings } from '../surroundings.ts'

/** Our days and models beside those of ccusage, each difference by its class. */

const count = z.int().min(0)
const report = z.object({
  daily: z.array(
    z.object({
      date: z.string(),
      modelBreakdowns: z.array(
        z.object({
          modelName: z.string(),
          inputTokens: count,
          outputTokens: count,
          cacheCreationTokens: count,
          cacheReadTokens: count,
          cost: z.number(),
        }),
      ),
    }),
  ),
})

export type CcusageReport = z.output<typeof report>

/** Why a day's model differs. */
export const DIFFERENCES = {
  'web-search': 'web searches: $0.01 each; ccusage does not price them',
  'unfinished-output':
    'output of a subagent: ccusage keeps the echo in the parent, which was written before the response was finished',
  'gone-there': 'transcripts that Claude Code has deleted since: this ledger still has them',
  'no-price': 'a model without a price: ccusage counts its cost as $0 or as another model’s',
  'cost-rule': 'another rule of price: long prompts by request, fast mode, region, or a price of another date',
  'more-there': 'ccusage counts more: look whether a transcript could not be read here',
} as const
export type Difference = keyof typeof DIFFERENCES

export interface Compared {
  readonly date: string
  readonly model: string
  readonly our_tokens: number
  readonly their_tokens: number
  readonly our_cost_usd: string | null
  readonly their_cost_usd: string | null
  /** Empty where both agree to the token and to a millionth of a dollar. */
  readonly differences: readonly Difference[]
}

const run = promisify(execFile)
const MAX_OUTPUT = 256 * 1024 * 1024

/** What an installed ccusage says of this home; undefined where there is none, or one that cannot be understood. */
export async function askCcusage(
  { env, home }: Surroundings,
  { program = 'ccusage', tz }: { readonly program?: string; readonly tz: string },
): Promise<CcusageReport | undefined> {
  try {
    const { stdout } = await run(program, ['claude', 'daily', '--json', '--offline'], {
      env: { ...env, HOME: home, TZ: tz },
      maxBuffer: MAX_OUTPUT,
      timeout: 300_000,
    })
    return report.safeParse(JSON.parse(stdout)).data
  } catch {
    return undefined
  }
}

/** Every day and model that either of both has. `ours` is divided by day and model, of this machine alone. */
export function compare(ours: readonly UsageRow[], { daily }: CcusageReport): Compared[] {
  const rows = new Map<string, { date: string; model: string; our?: UsageRow; their?: Theirs }>()
  const at = (date: string, model: string) => {
    const key = `${date} ${model}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = { date, model }))
    return row
  }
  for (const row of ours) if (row.total_tokens > 0) at(row.date, row.group).our = row
  for (const { date, modelBreakdowns } of daily) {
    for (const row of modelBreakdowns) at(date, row.modelName).their = row
  }
  return [...rows.values()]
    .map(({ date, model, our, their }) => ({
      date,
      model,
      our_tokens: our?.total_tokens ?? 0,
      their_tokens: their === undefined ? 0 : tokensOf(their),
      our_cost_usd: our?.cost_usd ?? null,
      their_cost_usd: their === undefined ? null : their.cost.toFixed(6),
      differences: differences(our, their),
    }))
    .toSorted((a, b) => (a.date === b.date ? (a.model < b.model ? -1 : 1) : a.date < b.date ? -1 : 1))
}

type Theirs = CcusageReport['daily'][number]['modelBreakdowns'][number]

function tokensOf(row: Theirs): number {
  return row.inputTokens + row.outputTokens + row.cacheCreationTokens + row.cacheReadTokens
}

/** Binary fractions of a day's sum are off by less. */
const A_MILLIONTH = 1_000_000n

function differences(our: UsageRow | undefined, their: Theirs | undefined): Difference[] {
  if (their === undefined) return ['gone-there']
  if (our === undefined) return ['more-there']
  const found: Difference[] = []
  const output = our.output_tokens - their.outputTokens
  const others = [
    our.input_tokens - their.inputTokens,
    our.cache_creation_tokens - their.cacheCreationTokens,
    our.cache_read_tokens - their.cacheReadTokens,
  ]
  if ([output, ...others].some((more) => more < 0)) found.push('more-there')
  else if (others.some((more) => more > 0)) found.push('gone-there')
  else if (output > 0) found.push('unfinished-output')
  if (our.cost_usd === null) return their.cost === 0 ? found : [...found, 'no-price']
  const searches = BigInt(our.web_search_count) * listPrices().web_search
  const rest = parseUsd(our.cost_usd) - searches - picodollars(their.cost)
  if (searches > 0n) found.push('web-search')
  // Where tokens differ the rest is theirs; a rule of price shows only where they agree.
  const agree = output === 0 && others.every((more) => more === 0)
  if (agree && (rest < 0n ? -rest : rest) > A_MILLIONTH) found.push('cost-rule')
  return found
}

function picodollars(usd: number): Picodollars {
  return parseUsd(usd.toFixed(12))
}

/** The sums of both sides, and how often each class occurs. */
export function summaryOf(rows: readonly Compared[]): {
  rows: number
  equal: number
  our_tokens: number
  their_tokens: number
  our_cost_usd: string
  their_cost_usd: string
  differences: Partial<Record<Difference, number>>
} {
  const differences: Partial<Record<Difference, number>> = {}
  for (const row of rows) for (const one of row.differences) differences[one] = (differences[one] ?? 0) + 1
  const cost = (pick: (row: Compared) => string | null) =>
    usdText(rows.reduce((sum, row) => sum + parseUsd(pick(row) ?? '0'), 0n))
  return {
    rows: rows.length,
    equal: rows.filter((row) => row.differences.length === 0).length,
    our_tokens: rows.reduce((sum, row) => sum + row.our_tokens, 0),
    their_tokens: rows.reduce((sum, row) => sum + row.their_tokens, 0),
    our_cost_usd: cost((row) => row.our_cost_usd),
    their_cost_usd: cost((row) => row.their_cost_usd),
    differences,
  }
}
