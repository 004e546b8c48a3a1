import { sql } from 'kysely'
import { dayFromNumber, dayNumber } from '../../core/day.ts'
import { usdText } from '../../core/money.ts'
import { promptStep } from '../../core/prices/prompt-steps.ts'
import { canonicalModel } from '../../core/prices/model-name.ts'
import type { Rates } from '../../core/prices/cost.ts'
import { type DayRange, resolveRange } from '../../core/range.ts'
import type { AnswerOf, EventRow, PriceRow, QueryOf } from '../../core/report-specs.ts'
import { TOKEN_CLASSES } from '../../core/tokens.ts'
import { outputIsUnderstated, type UsageEvent } from '../../core/usage-event.ts'
import { findEvent } from '../events.ts'
import { realMachines } from '../shown-as.ts'
import type { ReportContext } from './context.ts'
import { addPriced, type PricedPart } from './day-usage.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { shownFigures } from './figures.ts'
import { type Filter, filterOf } from './filter.ts'
import { machineLabels, projectLabels } from './labels.ts'
import { Pricer } from './pricer.ts'

/** Where the numbers of a range, or of one event, come from. */
export async function explain(context: ReportContext, query: QueryOf<'explain'>): Promise<AnswerOf<'explain'>> {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const pricer = new Pricer(context.prices)
  if (query.event !== undefined) {
    const found = await findEvent(context.db, context.owner, query.event)
    const prices = found === undefined ? [] : [priceRow(partOf(found.event, pricer), context, pricer)]
    const event = found === undefined ? null : await eventRow(context, found)
    return { ...range, ...pricer.said(), prices, figures: [], event }
  }
  const filter = await filterOf(context, query)
  const days = await context.daysOf(range, filter)
  const parts = days.flatMap(({ usage }) => usage.priced)
  const prices = byPrice(parts, pricer)
    .toSorted(byCost)
    .map((part) => priceRow(part, context, pricer))
  return { ...range, ...pricer.said(), prices, figures: await figuresOf(context, range, filter), event: null }
}

/** What days have of one price is one part. */
function byPrice(parts: readonly PricedPart[], pricer: Pricer): PricedPart[] {
  const sums = new Map<string, PricedPart>()
  for (const part of parts) {
    const rates = pricer.rates(part.price)
    const key = `${part.price.model} ${part.price.variant} ${rates?.base} ${rates?.period.starts}`
    const before = sums.get(key)
    sums.set(key, before === undefined ? part : addPriced(before, part))
  }
  return [...sums.values()]
}

function byCost(a: PricedPart, b: PricedPart): number {
  const [x, y] = [a.cost.list ?? -1n, b.cost.list ?? -1n]
  return x === y ? (a.price.model < b.price.model ? -1 : 1) : x > y ? -1 : 1
}

function priceRow(part: PricedPart, { prices }: ReportContext, pricer: Pricer): PriceRow {
  const { model, variant } = part.price
  const rates = part.responses > 0 ? pricer.rates(part.price) : undefined
  if (rates === undefined && part.responses > 0) pricer.unpriced.add(model)
  return {
    model,
    canonical_model: canonicalModel(model, prices.list) ?? null,
    variant,
    base: rates?.base ?? null,
    long_prompt_threshold: rates?.period.long_prompt?.threshold ?? null,
    from: rates?.period.from ?? null,
    to: rates?.period.to ?? null,
    sources: rates?.period.sources ?? '',
    multipliers: (rates?.multipliers ?? []).map(({ rule, percent }) => ({ rule, percent: Number(percent) })),
    notes: [...(rates?.notes ?? [])],
    response_count: part.responses,
    lines: arithmetic(part, rates),
    cost_usd: part.cost.list === undefined ? null : usdText(part.cost.list),
    contract_cost_usd: part.cost.contract === undefined ? null : usdText(part.cost.contract),
  }
}

/** Each class of which there is something: how many, at what, together. */
function arithmetic(part: PricedPart, rates: Rates | undefined): PriceRow['lines'] {
  return [...TOKEN_CLASSES, 'web_searches' as const]
    .filter((counts) => part[counts] > 0)
    .map((counts) => {
      const each = counts === 'web_searches' ? rates?.web_search : rates?.tokens[counts]
      const count = part[counts]
      return {
        counts,
        count,
        usd_each: each === undefined ? null : usdText(each),
        cost_usd: each === undefined ? null : usdText(each * BigInt(count)),
      }
    })
}

/** An event as a part of its own. */
function partOf(event: UsageEvent, pricer: Pricer): PricedPart {
  const era = pricer.boundaries.findLastIndex((instant) => instant <= event.occurred_at) + 1
  const price = { model: event.model, variant: event.variant, prompt_step: promptStep(event), era }
  const isResponse = event.kind === 'response'
  return {
    ...event,
    price,
    cost: isResponse ? pricer.cost(price, event) : { list: 0n, contract: pricer.hasContract ? 0n : undefined },
    responses: isResponse ? 1 : 0,
    prompts: isResponse ? 0 : 1,
    understated: outputIsUnderstated(event) ? 1 : 0,
  }
}

async function eventRow(
  context: ReportContext,
  { event, machines }: { event: UsageEvent; machines: readonly string[] },
): Promise<EventRow> {
  const { tool_calls, web_searches, account: _, occurred_at, ...rest } = event
  const [labels, projects] = [await machineLabels(context), await projectLabels(context)]
  return {
    ...rest,
    occurred_at: new Date(occurred_at).toISOString(),
    hostname: labels.of(event.machine),
    also_seen_on: machines.filter((machine) => machine !== event.machine).map(labels.of),
    project: projects.of(event.project),
    tool_call_count: tool_calls,
    web_search_count: web_searches,
    is_understated: event.kind === 'response' && outputIsUnderstated(event),
  }
}

type Figure = AnswerOf<'explain'>['figures'][number]

/** What day figures say of each machine and day, shown in totals or not. */
async function figuresOf(context: ReportContext, range: DayRange, filter: Filter): Promise<Figure[]> {
  const { db, owner } = context
  const { rows } = await sql<Omit<Figure, 'date' | 'hostname' | 'is_shown'> & { day: number; model: string }>`
    select machine.value as machine, f.origin, f.day, model.value as model, f.total_tokens, s.basis
    from day_figure f
    join name machine on machine.id = f.machine
    join name model on model.id = f.model
    join figure_snapshot s on s.id = f.snapshot
    where f.owner = ${owner} and f.day between ${dayNumber(range.from)} and ${dayNumber(range.to)}
    order by f.day, machine.value
  `.execute(db)
  const labels = await machineLabels(context)
  const shown = await shownFigures(context, filter, range)
  const is = await realMachines(db, owner)
  const told = rows.map((row) => ({ ...row, machine: is(row.machine) }))
  const days = Map.groupBy(told.filter(filter.takesFigure), ({ machine, origin, day }) => `${machine} ${origin} ${day}`)
  return [...days.values()].map((ofDay) => {
    const [{ day, machine, origin, basis }] = ofDay as [(typeof rows)[number]]
    const date = dayFromNumber(day)
    return {
      date,
      machine,
      hostname: labels.of(machine),
      origin,
      total_tokens: ofDay.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
      basis,
      is_shown: shown.some((row) => row.machine === machine && row.date === date && row.origin === origin),
    }
  })
}
