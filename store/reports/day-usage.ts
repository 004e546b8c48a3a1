import type { NameId } from '../schema.ts'
import { type DayParts, DayPartsDraft } from './day-parts.ts'
import { daySumsOf } from './day-sums.ts'
import type { Cost, PricedCounts, Pricer, PriceKey } from './pricer.ts'
import type { Told } from './sums.ts'

/** What a day is divided by, each by itself; `none` is the day as a whole. */
export const DAY_COLUMNS = ['none', 'model', 'machine', 'project', 'subagent', 'client_version', 'account'] as const

export type DayColumn = (typeof DAY_COLUMNS)[number]

/** The usage of one local day, as far as a filter takes it, and divided by all that reports divide by. */
export interface DayUsage {
  /** By model it is responses alone: prompts have none. */
  readonly parts: Readonly<Record<DayColumn, DayParts>>
  /** Responses that agree in all that a price depends on. */
  readonly priced: readonly PricedPart[]
  readonly projects: readonly ProjectOfDay[]
  /** Models that have usage and no list price, and those of which the contract does not say all. */
  readonly unpriced: readonly string[]
  readonly contractUnpriced: readonly string[]
  /** The first and the last quarter of an hour with anything; undefined where nothing was. */
  readonly quarters: readonly [first: number, last: number] | undefined
}

export interface PricedPart extends PricedCounts {
  readonly price: PriceKey
  readonly cost: Cost
  readonly responses: number
  readonly prompts: number
  readonly tool_calls: number
  readonly understated: number
}

/** Where a project was worked on, and when last. */
export interface ProjectOfDay {
  readonly project: NameId
  readonly machines: readonly NameId[]
  readonly last_quarter: number
}

export const NO_USAGE: DayUsage = {
  parts: partsBy(() => new DayPartsDraft().finish()),
  priced: [],
  projects: [],
  unpriced: [],
  contractUnpriced: [],
  quarters: undefined,
}

/** A sum of the rollup: what one session did on the day that agrees in all columns. */
export interface DayRow
  extends Omit<PricedPart, 'price' | 'cost'>, Readonly<Record<Exclude<DayColumn, 'none'>, NameId>> {
  readonly session: NameId
  readonly first_quarter: number
  readonly last_quarter: number
}

/** A day while its rows are added, which come ordered by their sessions. */
export class DayDraft {
  readonly #parts = partsBy(() => new DayPartsDraft())
  readonly #priced = new Map<PriceKey, PricedPart>()
  readonly #projects = new Map<NameId, { machines: Set<NameId>; last_quarter: number }>()
  readonly #told: Told
  readonly #pricer: Pricer
  #quarters: [first: number, last: number] | undefined

  constructor(pricer: Pricer) {
    this.#pricer = pricer
    this.#told = { hasContract: pricer.hasContract, unpriced: new Set(), contractUnpriced: new Set() }
  }

  /** `price` is the same object for all rows that have the same price. */
  add(row: DayRow, price: PriceKey): void {
    const priced = pricedPart(row, price, this.#pricer)
    const sums = daySumsOf(priced, this.#told)
    for (const column of DAY_COLUMNS) {
      if (column === 'model' && row.responses === 0) continue
      this.#parts[column].add(column === 'none' ? 0 : row[column], row.session, sums)
    }
    if (row.responses > 0) {
      const before = this.#priced.get(price)
      this.#priced.set(price, before === undefined ? priced : addPriced(before, priced))
    }
    this.#notePlace(row)
  }

  finish(): DayUsage {
    return {
      parts: partsBy((column) => this.#parts[column].finish()),
      priced: [...this.#priced.values()],
      projects: [...this.#projects].map(([project, { machines, last_quarter }]) => ({
        project,
        machines: [...machines],
        last_quarter,
      })),
      unpriced: [...this.#told.unpriced],
      contractUnpriced: [...this.#told.contractUnpriced],
      quarters: this.#quarters,
    }
  }

  #notePlace({ project, machine, first_quarter, last_quarter }: DayRow): void {
    const known = this.#projects.get(project)
    if (known === undefined) this.#projects.set(project, { machines: new Set([machine]), last_quarter })
    else {
      known.machines.add(machine)
      known.last_quarter = Math.max(known.last_quarter, last_quarter)
    }
    const [first, last] = this.#quarters ?? [first_quarter, last_quarter]
    this.#quarters = [Math.min(first, first_quarter), Math.max(last, last_quarter)]
  }
}

/** What of a priced part is summed. */
export const PRICED = [
  'responses',
  'prompts',
  'tool_calls',
  'understated',
  'web_searches',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
] as const

/** Of a row's own: what a database hands out is slow to copy. */
function pricedPart(row: DayRow, price: PriceKey, pricer: Pricer): PricedPart {
  const counts = {
    responses: row.responses,
    prompts: row.prompts,
    tool_calls: row.tool_calls,
    understated: row.understated,
    web_searches: row.web_searches,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    cache_read_tokens: row.cache_read_tokens,
    cache_write_5m_tokens: row.cache_write_5m_tokens,
    cache_write_1h_tokens: row.cache_write_1h_tokens,
  }
  return { ...counts, price, cost: pricer.cost(price, counts) }
}

/** Two parts of one price as one. */
export function addPriced(a: PricedPart, b: PricedPart): PricedPart {
  const sum = { ...a, cost: { list: plus(a.cost.list, b.cost.list), contract: plus(a.cost.contract, b.cost.contract) } }
  for (const name of PRICED) sum[name] += b[name]
  return sum
}

/** What has one price has none of it missing, so both are there or neither is. */
function plus(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

/** Something for each column. */
export function partsBy<T>(make: (column: DayColumn, index: number) => T): Record<DayColumn, T> {
  return Object.fromEntries(DAY_COLUMNS.map((column, i) => [column, make(column, i)])) as Record<DayColumn, T>
}
