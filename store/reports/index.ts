import { listPrices } from '../../core/prices/price-book.ts'
import { periodBefore, resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf, ReportName, Reports } from '../../core/report-specs.ts'
import { blocks } from './blocks.ts'
import { agents, models, projects, versions } from './breakdowns.ts'
import type { Prices, ReportContext } from './context.ts'
import { coverage } from './coverage.ts'
import { UsageByDays } from './days.ts'
import { explain } from './explain.ts'
import { hashes } from './hashes.ts'
import { heatmap } from './heatmap.ts'
import { limits } from './limits.ts'
import { log } from './log.ts'
import { machines } from './machines.ts'
import { overview } from './overview.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { daily, hourly, monthly, weekly } from './periods.ts'
import { fingerprintOf, Pricer } from './pricer.ts'
import { punchcard } from './punchcard.ts'
import { recent } from './recent/recent.ts'
import { sessions } from './sessions.ts'
import { optionalRange, totals } from './totals.ts'
import { usage } from './usage.ts'

export type { Prices } from './context.ts'
export { fingerprintOf } from './pricer.ts'

type Answers = {
  readonly [N in ReportName]: (context: ReportContext, query: QueryOf<N>) => Promise<AnswerOf<N>>
}

/** How each report is answered. */
const ANSWERS: Answers = {
  daily: compared(daily),
  weekly: compared(weekly),
  monthly: compared(monthly),
  hourly: compared(hourly),
  totals: compared(totals, optionalRange),
  machines: compared(machines, optionalRange),
  models: compared(models, optionalRange),
  projects: compared(projects, optionalRange),
  agents: compared(agents, optionalRange),
  versions: compared(versions, optionalRange),
  usage: compared(usage),
  sessions,
  blocks,
  limits,
  recent,
  punchcard,
  heatmap,
  coverage,
  explain,
  log,
  hashes,
  overview,
}

export interface ReportOptions extends Omit<ReportContext, 'prices' | 'daysOf'> {
  /** The list prices alone by default. */
  readonly prices?: Prices | undefined
  /** Keeps what it has read of days in the ledger, for the next start. */
  readonly keepsDays?: boolean
}

/** Answers every report from a ledger. It is made for one owner, so no query can forget whose data it may see. */
export function ledgerReports({ keepsDays = false, ...given }: ReportOptions): Reports {
  const prices = given.prices ?? { list: listPrices() }
  const kept_under = keepsDays ? fingerprintOf(prices) : undefined
  const days = new UsageByDays({ ...given, pricer: new Pricer(prices), kept_under })
  const names = Object.keys(ANSWERS) as ReportName[]
  return Object.fromEntries(
    names.map((name) => {
      const answer = ANSWERS[name] as (context: ReportContext, query: never) => unknown
      return [name, (query: never) => answer({ ...given, prices, daysOf: askedOnce(days) }, query)]
    }),
  ) as unknown as Reports
}

/** One question looks at the same days again and again, and should see them as they were at its start. */
function askedOnce(usage: UsageByDays): ReportContext['daysOf'] {
  const asked = new Map<string, ReturnType<ReportContext['daysOf']>>()
  return (days, filter) => {
    const key = `${days.tz} ${days.from} ${days.from && days.to} ${filter.key}`
    const known = asked.get(key) ?? usage.of(days, filter)
    asked.set(key, known)
    return known
  }
}

type Ranged = QueryOf<'daily'>

/** Adds the period before, where the query asks to compare and has a range. */
function compared<Q extends Ranged, A extends object>(
  answer: (context: ReportContext, query: Q) => Promise<A>,
  rangeOf: typeof optionalRange = (context, query) =>
    resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS }),
): (context: ReportContext, query: Q) => Promise<A> {
  return async (context, query) => {
    const range = query.compare === undefined ? undefined : rangeOf(context, query)
    const found = await answer(context, query)
    if (range === undefined) return found
    const { days: _days, compare: _compare, ...rest } = query
    return { ...found, previous: await answer(context, { ...rest, ...periodBefore(range) } as Q) }
  }
}
