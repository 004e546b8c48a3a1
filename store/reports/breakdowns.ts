import { canonicalModel } from '../../core/prices/model-name.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { namesOf } from '../names.ts'
import { QUARTER_MS } from '../rollup.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { Days } from './versioned-days.ts'
import { type Dimension, divided } from './divided.ts'
import { lifetimeFigures, shownFigures } from './figures.ts'
import { type Filter, filterOf } from './filter.ts'
import { machineLabels, projectLabels } from './labels.ts'
import { Pricer } from './pricer.ts'
import { bySize, usageOf } from './sums.ts'
import { optionalRange } from './totals.ts'
import { oneSpan } from './stretch.ts'

/** Usage of all time, or of a range, divided by one thing. */

type BreakdownQuery = QueryOf<'models'>

export async function models(context: ReportContext, query: BreakdownQuery): Promise<AnswerOf<'models'>> {
  const { base, found, pricer } = await breakdown(context, query, 'model')
  const rows = found.map(({ key, sums }) => ({
    model: key,
    canonical_model: canonicalModel(key, context.prices.list) ?? null,
    ...usageOf(sums, pricer),
  }))
  return { ...base, models: rows.toSorted(bySize(({ model }) => model)) }
}

export async function agents(context: ReportContext, query: BreakdownQuery): Promise<AnswerOf<'agents'>> {
  const { base, found, pricer } = await breakdown(context, query, 'agent')
  const rows = found.map(({ key, sums }) => ({ agent: key as 'main', ...usageOf(sums, pricer) }))
  return { ...base, agents: rows.toSorted(bySize(({ agent }) => agent)) }
}

export async function versions(context: ReportContext, query: BreakdownQuery): Promise<AnswerOf<'versions'>> {
  const { base, found, pricer } = await breakdown(context, query, 'version')
  const rows = found.map(({ key, sums }) => ({ client_version: key, ...usageOf(sums, pricer) }))
  return { ...base, versions: rows.toSorted(bySize((row) => row.client_version)) }
}

export async function projects(context: ReportContext, query: BreakdownQuery): Promise<AnswerOf<'projects'>> {
  const { base, found, pricer, filter, days } = await breakdown(context, query, 'project')
  const labels = await projectLabels(context)
  const facts = await projectFacts(context, days, filter)
  const rows = found.map(({ key, sums }) => ({
    project: labels.of(key),
    project_key: key,
    machines: facts.get(key)?.machines ?? [],
    last_activity: facts.get(key)?.last_activity ?? null,
    ...usageOf(sums, pricer),
  }))
  return { ...base, projects: rows.toSorted(bySize(({ project }) => project)) }
}

/** What usage there is by a dimension, and what the answer says of itself. */
export async function breakdown(context: ReportContext, query: BreakdownQuery, by: Dimension) {
  const range = optionalRange(context, query)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const figures =
    by === 'model' && range === undefined
      ? await lifetimeFigures(context, filter)
      : await shownFigures(context, filter, range)
  const days = range ?? { tz: context.tz }
  const found = await divided(context, { by, filter, pricer, stretch: oneSpan(days), figures })
  const base = { from: range?.from ?? null, to: range?.to ?? null, tz: query.tz ?? context.tz, ...pricer.said() }
  return { base, found, pricer, filter, days }
}

/** On which machines a project was worked on, and when last. */
async function projectFacts(
  context: ReportContext,
  days: Days,
  filter: Filter,
): Promise<Map<string, { machines: string[]; last_activity: string }>> {
  const facts = new Map<NameId, { machines: Set<NameId>; last_quarter: number }>()
  for (const { usage } of await context.daysOf(days, filter)) {
    for (const { project, machines, last_quarter } of usage.projects) {
      let fact = facts.get(project)
      if (fact === undefined) facts.set(project, (fact = { machines: new Set(), last_quarter: 0 }))
      for (const machine of machines) fact.machines.add(machine)
      fact.last_quarter = Math.max(fact.last_quarter, last_quarter)
    }
  }
  const labels = await machineLabels(context)
  const names = await namesOf(
    context.db,
    [...facts].flatMap(([project, { machines }]) => [project, ...machines]),
  )
  const name = (id: NameId) => names.get(id) ?? ''
  return new Map(
    [...facts].map(([project, { machines, last_quarter }]) => [
      name(project),
      {
        machines: [...machines].map((machine) => labels.of(name(machine))).toSorted(),
        last_activity: new Date(last_quarter * QUARTER_MS).toISOString(),
      },
    ]),
  )
}
