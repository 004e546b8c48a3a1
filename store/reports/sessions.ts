import { sql } from 'kysely'
import { Problem } from '../../core/problem.ts'
import { PAGE } from '../../core/reports/page.ts'
import type { AnswerOf, QueryOf, SessionRow } from '../../core/report-specs.ts'
import { findName, namesOf } from '../names.ts'
import { quarterOf } from '../rollup.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import { divided } from './divided.ts'
import { type Filter, filterOf, isIn } from './filter.ts'
import { machineLabels, projectLabels } from './labels.ts'
import { Pricer } from './pricer.ts'
import { latestPlaces, type Place, timesOf } from './session-places.ts'
import { noSums } from '../../core/usage-sums.ts'
import { usageOf } from './sums.ts'
import { optionalRange, within } from './totals.ts'
import { wholeRange } from './usage-of-periods.ts'

/** Sessions with usage in all time or a range, the latest first, page by page. */
export async function sessions(context: ReportContext, query: QueryOf<'sessions'>): Promise<AnswerOf<'sessions'>> {
  const { limit = PAGE, cursor } = query
  const range = optionalRange(context, query)
  const session = query.session === undefined ? undefined : await findName(context.db, query.session)
  const filter = await filterOf(context, query)
  const pricer = new Pricer(context.prices)
  const after = cursor === undefined ? undefined : parseCursor(cursor)
  const places =
    query.session !== undefined && session === undefined
      ? []
      : await latestPlaces({ ...context, range, condition: onlyOf(session, filter), session, after, limit: limit + 1 })
  const page = places.slice(0, limit)
  const last = page.at(-1)
  return {
    from: range?.from ?? null,
    to: range?.to ?? null,
    tz: query.tz ?? context.tz,
    sessions: await sessionRows(context, page, { filter, pricer, range }),
    ...pricer.said(),
    next_cursor: places.length > limit && last !== undefined ? `${last.quarter}.${last.session}` : null,
  }
}

function onlyOf(session: NameId | undefined, { condition }: Filter) {
  return session === undefined ? condition : sql<boolean>`r.session = ${session} and ${condition}`
}

function parseCursor(cursor: string): Place {
  const match = /^(-?\d{1,12})\.(\d{1,15})$/.exec(cursor)
  if (match !== null) return { quarter: Number(match[1]), session: Number(match[2]) }
  throw new Problem('invalid-request', 'This cursor is not one of ours.', {
    hint: 'Use the next_cursor of the page before, as it is.',
  })
}

async function sessionRows(
  context: ReportContext,
  page: readonly Place[],
  { filter, pricer, range }: { filter: Filter; pricer: Pricer; range: ReturnType<typeof optionalRange> },
): Promise<SessionRow[]> {
  if (page.length === 0) return []
  const ids = page.map(({ session }) => session)
  const times = await timesOf(context, ids)
  const condition = sql<boolean>`${isIn(sql`r.session`, ids)} and ${between(times)} and ${filter.condition}`
  const ofPage: Filter = { ...filter, condition }
  const stretch = { spans: range && [wholeRange(range)] }
  const found = await divided(context, { by: 'session', filter: ofPage, pricer, stretch })
  const sums = new Map(found.map(({ key, sums: of }) => [key, of]))
  const facts = await factsOf(context, ofPage, range)
  const names = await namesOf(context.db, ids)
  const machineLabel = await machineLabels(context)
  const projectLabel = await projectLabels(context)
  return ids.map((id): SessionRow => {
    const session = names.get(id) ?? ''
    const { machine, project, models } = facts(id)
    const { first, last } = times.get(id) ?? { first: 0, last: 0 }
    return {
      session,
      machine,
      hostname: machineLabel.of(machine),
      project: projectLabel.of(project),
      project_key: project,
      started_at: new Date(first).toISOString(),
      ended_at: new Date(last).toISOString(),
      duration_ms: last - first,
      models,
      ...usageOf(sums.get(session) ?? noSums(), pricer),
    }
  })
}

/** The time of sessions, within which the rollup is read. */
function between(times: ReadonlyMap<NameId, { readonly first: number; readonly last: number }>) {
  const all = [...times.values()]
  const first = Math.min(...all.map((time) => quarterOf(time.first)))
  const last = Math.max(...all.map((time) => quarterOf(time.last)))
  return all.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`r.quarter >= ${first} and r.quarter <= ${last}`
}

interface SessionFacts {
  readonly machine: string
  readonly project: string
  readonly models: string[]
}

/** Where a session ran (mostly, if it moved), and on which models. */
async function factsOf(
  { db, owner }: ReportContext,
  { condition }: Filter,
  range: ReturnType<typeof optionalRange>,
): Promise<(session: NameId) => SessionFacts> {
  const { rows: cells } = await sql<{
    session: NameId
    machine: NameId
    project: NameId
    model: NameId
    responses: number
    tokens: number
  }>`
    select r.session, r.machine, r.project, r.model, sum(r.responses) as responses,
      sum(r.input_tokens + r.output_tokens + r.cache_read_tokens + r.cache_write_5m_tokens + r.cache_write_1h_tokens)
        as tokens
    from usage_quarter r where r.owner = ${owner} and ${within(range)} and ${condition}
    group by r.session, r.machine, r.project, r.model order by tokens desc, r.model
  `.execute(db)
  const names = await namesOf(
    db,
    cells.flatMap(({ machine, project, model }) => [machine, project, model]),
  )
  const name = (id: NameId | undefined) => (id === undefined ? '' : (names.get(id) ?? ''))
  const cellsBySession = Map.groupBy(cells, ({ session }) => session)
  return (session) => {
    const own = cellsBySession.get(session) ?? []
    const models = own.filter(({ responses }) => responses > 0).map(({ model }) => name(model))
    return {
      machine: name(own[0]?.machine),
      project: name(own[0]?.project),
      models: [...new Set(models)],
    }
  }
}
