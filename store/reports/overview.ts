import { periodBefore, resolveRange } from '../../core/range.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { models, projects } from './breakdowns.ts'
import type { ReportContext } from './context.ts'
import { heatmap } from './heatmap.ts'
import { limits } from './limits.ts'
import { machines } from './machines.ts'
import { DEFAULT_DAYS } from './default-range.ts'
import { totals } from './totals.ts'
import { usage } from './usage.ts'

/** So many models and projects are named. */
const NAMED = 10

/** What a first screen needs, from the reports that tell it one by one. */
export async function overview(context: ReportContext, query: QueryOf<'overview'>): Promise<AnswerOf<'overview'>> {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const { by: _by, every: _every, compare: _compare, days: _days, from: _from, to: _to, ...filters } = query
  const inRange = { ...filters, ...range }
  const before = periodBefore(range)
  const undivided = { ...filters, by: 'none', every: query.every } as const
  return {
    ...(await usage(context, query)),
    periods: await periodsOf(context, { ...undivided, ...range }),
    totals: await totals(context, inRange),
    previous: {
      ...before,
      totals: await totals(context, { ...filters, ...before }),
      periods: await periodsOf(context, { ...undivided, ...before }),
    },
    machines: (await machines(context, inRange)).machines,
    models: (await models(context, inRange)).models.slice(0, NAMED),
    projects: (await projects(context, inRange)).projects.slice(0, NAMED),
    limits: (await limits(context, query.account === undefined ? {} : { account: query.account })).limits,
    heatmap: await heatmap(context, { ...filters, to: range.to, tz: range.tz }),
  }
}

async function periodsOf(context: ReportContext, query: QueryOf<'usage'>): Promise<AnswerOf<'overview'>['periods']> {
  return (await usage(context, query)).rows.map(({ group: _none, ...row }) => row)
}
