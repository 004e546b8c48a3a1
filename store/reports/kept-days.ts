import { hash } from 'node:crypto'
import type { Span } from '../../core/calendar.ts'
import { listsOfFixedLength } from '../bulk.ts'
import type { Db } from '../open.ts'
import { quarterOf } from '../rollup.ts'
import type { NameId, OwnerId } from '../schema.ts'
import type { DayParts } from './day-parts.ts'
import { DAY_COLUMNS, type DayUsage, partsBy, PRICED, type PricedPart } from './day-usage.ts'
import type { Filter } from './filter.ts'
import type { Pricer } from './pricer.ts'
import { MONEY, SUMMED } from '../../core/usage-sums.ts'
import type { VersionedDay } from './versioned-days.ts'

/**
 * Days as they were once read of the rollup, kept in the ledger, so that a year after a start is a few hundred rows. Each
 * is good while its version is that of the ledger, and it is looked at as it was then: `view` names the prices and the
 * machines that were hidden. A day is a stretch of time, so zones that agree in one share it.
 */

/** Where days are kept, and as what. */
interface Shelf {
  readonly db: Db
  readonly owner: OwnerId
  readonly view: string
}

/** Those of the days that are kept, by {@link dayKey}, each with the version that it was read at. */
export async function readKept(
  { db, owner, view, pricer }: Shelf & { readonly pricer: Pricer },
  days: readonly VersionedDay[],
): Promise<Map<string, { version: number; usage: DayUsage }>> {
  const found = new Map<string, { version: number; usage: DayUsage }>()
  for (const list of listsOfFixedLength(days.map(({ span }) => quarterOf(span.starts)))) {
    const rows = await db
      .selectFrom('day_usage')
      .select(['starts', 'ends', 'version', 'content'])
      .where('owner', '=', owner)
      .where('view', '=', view)
      .where('starts', 'in', list)
      .execute()
    for (const { starts, ends, version, content } of rows) {
      found.set(`${starts} ${ends}`, { version, usage: decode(content, pricer) })
    }
  }
  return found
}

/** Keeps days for the next start. */
export async function keepDays(
  { db, owner, view }: Shelf,
  days: readonly (VersionedDay & { readonly usage: DayUsage })[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { span, version, usage } of days) {
      const [starts, ends] = [quarterOf(span.starts), quarterOf(span.ends)]
      const kept = { view, version, content: encode(usage) }
      await tx
        .insertInto('day_usage')
        .values({ owner, starts, ends, ...kept })
        .onConflict((conflict) => conflict.columns(['owner', 'starts', 'ends']).doUpdateSet(kept))
        .execute()
    }
  })
}

/** What a day is found by: where it begins and ends. */
export function dayKey({ starts, ends }: Span): string {
  return `${quarterOf(starts)} ${quarterOf(ends)}`
}

/** Names what days look like: their form, the prices, and which machines are hidden. */
export function viewOf(prices: string, { key }: Filter): string {
  return hash('sha256', `${FORM} ${prices} ${key}`, 'base64url').slice(0, 22)
}

/** Another one for days that are written otherwise, or hold something else. */
const FORM = `1 ${SUMMED.join()} ${MONEY.join()} ${DAY_COLUMNS.join()} ${PRICED.join()}`

type EncodedParts = [groups: readonly NameId[], sums: number[], steps: number[], ends: readonly number[]]
type EncodedPriced = [model: string, variant: string, prompt_step: number, era: number, counts: number[]]

interface Encoded {
  readonly parts: readonly EncodedParts[]
  readonly priced: readonly EncodedPriced[]
  readonly rest: Omit<DayUsage, 'parts' | 'priced'>
}

function encode({ parts, priced, ...rest }: DayUsage): string {
  const encoded: Encoded = {
    parts: DAY_COLUMNS.map((column) => encodeParts(parts[column])),
    priced: priced.map(({ price, ...counts }) => [
      price.model,
      price.variant,
      price.prompt_step,
      price.era,
      PRICED.map((name) => counts[name]),
    ]),
    rest,
  }
  return JSON.stringify(encoded)
}

function encodeParts({ groups, sums, sessions, ends }: DayParts): EncodedParts {
  // Sessions as steps from one to the next, which are shorter.
  const steps = [...sessions].map((session, i) => session - (sessions[i - 1] ?? 0))
  return [groups, [...sums], steps, ends]
}

function decode(content: string, pricer: Pricer): DayUsage {
  const { parts, priced, rest } = JSON.parse(content) as Encoded
  return {
    parts: partsBy((_, i) => decodeParts(parts[i] as EncodedParts)),
    priced: priced.map(([model, variant, prompt_step, era, numbers]): PricedPart => {
      const price = { model, variant, prompt_step, era }
      const counts = Object.fromEntries(PRICED.map((name, i) => [name, numbers[i]])) as unknown as PricedPart
      return { ...counts, price, cost: pricer.cost(price, counts) }
    }),
    ...rest,
  }
}

function decodeParts([groups, sums, steps, ends]: EncodedParts): DayParts {
  let session = 0
  const sessions = new Uint32Array(steps.length)
  for (let i = 0; i < steps.length; i++) sessions[i] = session += steps[i] as number
  return { groups, sums: Float64Array.from(sums), sessions, ends }
}
