import { listPrices } from '../../core/prices/price-book.ts'
import { periodBefore, resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf, ReportName, Reports } from '../../core/report-specs.ts'
import { blocks } from './blocks.ts'
import { agents, models, projects, versions } from './breakdowns.ts'
import type { Prices, ReportContext } from './context.ts'
import { coverage } from './coverage.ts'
import { DayCells } from './day-cells.ts'
import { explain } from './explain.ts'
import { hashes } from './hashes.ts'
import { heatmap } from './heatmap.ts'
import { limits } from './limits.ts'
import { log } from './log.ts'
import { machines } from './machines.ts'
import { overview } from './overview.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { daily, hourly, monthly, weekly } from './periods.ts'
import { punchcard } from './punchcard.ts'
import { recent } from './recent/recent.ts'
import { sessions } from './sessions.ts'
import { optionalRange, totals } from './totals.ts'
import { usage } from './usage.ts'

export type { Prices } from './context.ts'

type Answers = {
  readonly [N in ReportName]: (context: ReportContext, query: QueryOf<N>) => Promise<AnswerOf<N>>
}

/** How each report is answered. */
const ANSWERS: Answers = {
  daily: compared(daily),
  weekly: compared(weekly),
  monthly: compared(monthly),
  hourly: compared(hourly),
  totals: compared(totals, (context, query) => optionalRange(context, query)),
  machines,
  models,
  projects,
  agents,
  versions,
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

/** Answers every report from a ledger. It is made for one owner, so no query can forget whose data it may see. */
export function ledgerReports(
  given: Omit<ReportContext, 'prices' | 'cells'> & { readonly prices?: Prices | undefined },
): Reports {
  const context: ReportContext = {
    ...given,
    prices: given.prices ?? { list: listPrices() },
    cells: new DayCells(),
  }
  const names = Object.keys(ANSWERS) as ReportName[]
  return Object.fromEntries(
    names.map((name) => [
      name,
      (query: never) => (ANSWERS[name] as (c: ReportContext, q: never) => unknown)(context, query),
    ]),
  ) as unknown as Reports
}

type Ranged = QueryOf<'daily'>

/** Adds the period before, where the query asks to compare and has a range. */
function compared<Q extends Ranged, A extends object>(
  answer: (context: ReportContext, query: Q) => Promise<A>,
  rangeOf = (context: ReportContext, query: Q) =>
    resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS }) as ReturnType<typeof optionalRange>,
): (context: ReportContext, query: Q) => Promise<A> {
  return async (context, query) => {
    const range = query.compare === undefined ? undefined : rangeOf(context, query)
    const found = await answer(context, query)
    if (range === undefined) return found
    const { days: _days, compare: _compare, ...rest } = query
    return { ...found, previous: await answer(context, { ...rest, ...periodBefore(range) } as Q) }
  }
}
