import { sql } from 'kysely'
import { localDay } from '../../../core/calendar.ts'
import { recentWindow, type RecentGrouping } from '../../../core/recent.ts'
import type { AnswerOf, QueryOf, RecentRow } from '../../../core/report-specs.ts'
import { PAGE } from '../../../core/reports/page.ts'
import { namesOf } from '../../names.ts'
import { QUARTER_MS } from '../../rollup.ts'
import type { NameId } from '../../schema.ts'
import type { ReportContext } from '../context.ts'
import { divided } from '../divided.ts'
import { type Filter, filterOf, isIn } from '../filter.ts'
import { groupLabels } from '../labels.ts'
import { limits } from '../limits.ts'
import { Pricer } from '../pricer.ts'
import { noSums } from '../../../core/usage-sums.ts'
import { usageOf } from '../sums.ts'
import { usageOfRange, wholeRange } from '../usage-of-periods.ts'
import { type ActiveGroup, activeGroups, contextTokens, groupFacts } from './groups.ts'
import { lately, type RecentWindow } from './steps.ts'

/** The last hour and today: what a live view shows, in one question. */
export async function recent(context: ReportContext, query: QueryOf<'recent'>): Promise<AnswerOf<'recent'>> {
  const { by = 'session', limit = PAGE, tz = context.tz } = query
  const date = localDay(context.now(), tz)
  const day = { from: date, to: date, tz }
  const window = recentWindow(context.now())
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const { sums } = await usageOfRange(context, day, { filter, pricer })
  const all = { group: sql<NameId>`0`, window, condition: filter.condition }
  const account = query.account === undefined ? {} : { account: query.account }
  return {
    date,
    tz,
    starts: new Date(window.starts).toISOString(),
    totals: usageOf(sums, pricer),
    points: [...((await lately(context, all, pricer)).get(0)?.points ?? [])],
    rows: await rowsOf(context, { by, limit, window, today: wholeRange(day), filter, pricer }),
    limits: (await limits(context, account)).limits,
    ...pricer.said(),
  }
}

interface Wanted {
  readonly by: RecentGrouping
  readonly limit: number
  readonly window: RecentWindow
  readonly today: ReturnType<typeof wholeRange>
  readonly filter: Filter
  readonly pricer: Pricer
}

async function rowsOf(context: ReportContext, wanted: Wanted): Promise<RecentRow[]> {
  const { by, limit, window, today, filter, pricer } = wanted
  const span = { starts: Math.min(today.starts, window.starts), ends: Math.max(today.ends, window.ends) }
  const groups = await activeGroups(context, { ...span, condition: filter.condition, by, limit })
  const column = sql.ref<NameId>(`r.${by}`)
  const chosen = isIn(column, new Set(groups.map(({ group }) => group)))
  const condition = sql<boolean>`${chosen} and ${filter.condition}`
  const facts = await groupFacts(context, { ...span, condition, by })
  const recently = await lately(context, { group: column, window, condition }, pricer)
  const contexts = by === 'session' ? await contextTokens(context, { ...span, condition }) : undefined
  const used = await divided(context, { by, filter: { ...filter, condition }, pricer, stretch: { spans: [today] } })
  const sums = new Map(used.map(({ key, sums: of }) => [key, of]))
  const names = await namesOf(
    context.db,
    groups.map(({ group }) => group),
  )
  const label = by === 'session' ? (key: string) => key : await groupLabels(context, by)
  return groups.map(({ group, quarter }: ActiveGroup): RecentRow => {
    const key = names.get(group) ?? ''
    const { last = quarter * QUARTER_MS, points = [] } = recently.get(group) ?? {}
    return {
      group: label(key),
      ...facts(group),
      last_activity: new Date(last).toISOString(),
      context_tokens: contexts?.get(group) ?? null,
      points: [...points],
      ...usageOf(sums.get(key) ?? noSums(), pricer),
    }
  })
}
