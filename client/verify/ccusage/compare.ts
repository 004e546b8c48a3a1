import { localDay } from '../../../core/calendar.ts'
import { parseUsd, type Picodollars, usdText } from '../../../core/money.ts'
import { costOfEvent } from '../../../core/prices/cost.ts'
import { listPrices } from '../../../core/prices/price-book.ts'
import type { UsageEvent } from '../../../core/usage-event.ts'
import type { CcusageReport } from './ask.ts'
import { costByCcusage, priceRulesOf } from './price.ts'
import type { Ruled } from './rule.ts'

/** Our days and models beside those of ccusage; each difference by what shows its cause. */

/** Why a day's model differs. */
export const DIFFERENCES = {
  'gone-there': 'responses whose transcripts are gone: this ledger still has them',
  'row-left-out': 'rows that ccusage leaves out: a field of theirs is null (such as speed), or their version is none',
  'unfinished-output':
    'output of a subagent: ccusage keeps the echo in the parent, which was written before the response was finished',
  'another-row': 'ccusage keeps another row of the response, with other counts, or of another day or model',
  'counted-again': 'responses that ccusage counts more than once: no message id, or another request’s id',
  'not-read-there': 'Cowork, which ccusage does not read',
  'not-here': 'responses that this ledger lacks: forge verify --repair',
  'web-search': 'web searches: $0.01 each; ccusage does not price them',
  'no-price': 'a model without a price: ccusage counts its cost as $0 or as another model’s',
  'long-prompt': 'long prompts: the whole request is dearer, not only what is above the threshold',
  us: 'processing in the US costs 1.1 times as much',
  batch: 'batch costs half',
  'price-of-its-day': 'the price of the day of the response, not the latest',
  unexplained: 'not explained by any rule that is known here',
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

interface Side {
  input: number
  output: number
  written: number
  read: number
}

/** What is known of one day and model. */
interface Row {
  readonly ours: Side
  /** What ccusage's rule makes of the transcripts that are here. */
  readonly ruled: Side
  readonly theirs: Side
  ours_cost: Picodollars
  unpriced: boolean
  /** What its rule of price makes of our responses, and of those that its rule keeps. */
  ours_ruled_cost: Picodollars
  ruled_cost: Picodollars
  their_cost: number
  readonly ofTokens: Set<Difference>
  readonly ofCost: Set<Difference>
}

interface Sides {
  /** Every response of this ledger. */
  readonly events: Iterable<UsageEvent>
  readonly ruled: Ruled
  readonly report: CcusageReport
}

/** Every day and model that either side has. Days are those of `tz`. */
export function compare({ events, ruled, report }: Sides, { tz, now }: { tz: string; now: number }): Compared[] {
  const rows = new Rows()
  const kept = Map.groupBy(ruled.kept, ({ sighting }) => sighting.id)
  const ours = new Set<string>()
  for (const event of events) {
    if (event.kind !== 'response') continue
    ours.add(event.id)
    const row = rows.at(localDay(event.occurred_at, tz), event.model)
    addOurs(row, event, now)
    for (const [cause, at] of causesOf(event, { kept: kept.get(event.id), shown: ruled.shown, rows, row })) {
      at.ofTokens.add(cause)
    }
  }
  for (const { sighting, date } of ruled.kept) {
    const row = rows.at(date, sighting.model)
    add(row.ruled, sideOf(sighting))
    row.ruled_cost += costByCcusage(sighting, now) ?? 0n
    if (!ours.has(sighting.id)) row.ofTokens.add('not-here')
  }
  for (const { date, modelBreakdowns } of report.daily) {
    for (const { modelName, cost, ...tokens } of modelBreakdowns) {
      const row = rows.at(date, rows.has(date, modelName) ? modelName : modelName.replace(/-fast$/, ''))
      add(row.theirs, {
        input: tokens.inputTokens,
        output: tokens.outputTokens,
        written: tokens.cacheCreationTokens,
        read: tokens.cacheReadTokens,
      })
      row.their_cost += cost
    }
  }
  return rows.compared()
}

class Rows {
  readonly #rows = new Map<string, Row>()

  has(date: string, model: string): boolean {
    return this.#rows.has(`${date} ${model}`)
  }

  at(date: string, model: string): Row {
    const key = `${date} ${model}`
    let row = this.#rows.get(key)
    if (row === undefined) this.#rows.set(key, (row = emptyRow()))
    return row
  }

  /** Rows in which there is anything: ccusage also has some that are 0 in all. */
  compared(): Compared[] {
    return [...this.#rows]
      .filter(([, { ours, theirs, their_cost }]) => sum(ours) + sum(theirs) + their_cost > 0)
      .map(([key, row]) => comparedRow(key.slice(0, 10), key.slice(11), row))
      .toSorted((a, b) => (a.date === b.date ? (a.model < b.model ? -1 : 1) : a.date < b.date ? -1 : 1))
  }
}

function addOurs(row: Row, event: UsageEvent, now: number): void {
  add(row.ours, sideOf(event))
  const cost = costOfEvent(listPrices(), event)
  if (cost === undefined) row.unpriced = true
  else row.ours_cost += cost
  row.ours_ruled_cost += costByCcusage(event, now) ?? 0n
  if (event.web_searches > 0) row.ofCost.add('web-search')
  for (const rule of priceRulesOf(event, now)) row.ofCost.add(rule)
}

/** Why a response counts otherwise there, and of which rows that is. */
function causesOf(
  event: UsageEvent,
  { kept, shown, rows, row }: { kept: Ruled['kept'] | undefined; shown: ReadonlySet<string>; rows: Rows; row: Row },
): [Difference, Row][] {
  const [first, ...more] = kept ?? []
  if (first === undefined) {
    const why =
      event.source === 'claude-code' ? (shown.has(event.id) ? 'row-left-out' : 'gone-there') : 'not-read-there'
    return [[why, row]]
  }
  const there = rows.at(first.date, first.sighting.model)
  if (more.length > 0) return [first, ...more].map((part) => ['counted-again', rows.at(part.date, part.sighting.model)])
  const [our, their] = [sideOf(event), sideOf(first.sighting)]
  if (there !== row) return [row, there].map((at) => ['another-row', at])
  if (isSame(our, their)) return []
  return [[isSame({ ...our, output: 0 }, { ...their, output: 0 }) ? 'unfinished-output' : 'another-row', row]]
}

/** Binary fractions of a day's sum are off by less. */
const A_MILLIONTH = 1_000_000n

function comparedRow(date: string, model: string, row: Row): Compared {
  const isOurs = isSame(row.ours, row.theirs)
  const isRuled = isSame(row.ruled, row.theirs)
  const differences = new Set<Difference>()
  if (!isOurs) {
    for (const cause of row.ofTokens) differences.add(cause)
    if (!isRuled || row.ofTokens.size === 0) differences.add('unexplained')
  }
  for (const cause of costCauses(row, isRuled ? row.ruled_cost : row.ours_ruled_cost)) differences.add(cause)
  return {
    date,
    model,
    our_tokens: sum(row.ours),
    their_tokens: sum(row.theirs),
    our_cost_usd: row.unpriced && row.ours_cost === 0n ? null : usdText(row.ours_cost),
    their_cost_usd: sum(row.theirs) === 0 && row.their_cost === 0 ? null : row.their_cost.toFixed(6),
    differences: [...differences],
  }
}

/** `ruled` is what its rule of price makes of what it counts. */
function costCauses(row: Row, ruled: Picodollars): Difference[] {
  const theirs = parseUsd(row.their_cost.toFixed(12))
  if (row.unpriced) return theirs === row.ours_cost ? [] : ['no-price']
  if (isNear(row.ours_cost, theirs)) return []
  const causes = [...row.ofCost]
  const isOnlyTokens = isNear(row.ours_cost, row.ours_ruled_cost)
  if (isNear(ruled, theirs)) return isOnlyTokens ? [] : causes.length > 0 ? causes : ['unexplained']
  return [...causes, 'unexplained']
}

function isNear(a: Picodollars, b: Picodollars): boolean {
  return (a < b ? b - a : a - b) <= A_MILLIONTH
}

function sideOf(event: UsageEvent): Side {
  return {
    input: event.input_tokens,
    output: event.output_tokens,
    written: event.cache_write_5m_tokens + event.cache_write_1h_tokens,
    read: event.cache_read_tokens,
  }
}

function add(to: Side, side: Side): void {
  to.input += side.input
  to.output += side.output
  to.written += side.written
  to.read += side.read
}

function isSame(a: Side, b: Side): boolean {
  return a.input === b.input && a.output === b.output && a.written === b.written && a.read === b.read
}

function sum({ input, output, written, read }: Side): number {
  return input + output + written + read
}

function emptyRow(): Row {
  const side = (): Side => ({ input: 0, output: 0, written: 0, read: 0 })
  return {
    ours: side(),
    ruled: side(),
    theirs: side(),
    ours_cost: 0n,
    unpriced: false,
    ours_ruled_cost: 0n,
    ruled_cost: 0n,
    their_cost: 0,
    ofTokens: new Set(),
    ofCost: new Set(),
  }
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
    usdText(rows.reduce((all, row) => all + parseUsd(pick(row) ?? '0'), 0n))
  return {
    rows: rows.length,
    equal: rows.filter((row) => row.differences.length === 0).length,
    our_tokens: rows.reduce((all, row) => all + row.our_tokens, 0),
    their_tokens: rows.reduce((all, row) => all + row.their_tokens, 0),
    our_cost_usd: cost((row) => row.our_cost_usd),
    their_cost_usd: cost((row) => row.their_cost_usd),
    differences,
  }
}
