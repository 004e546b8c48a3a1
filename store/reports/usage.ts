import { type RawBuilder, sql } from 'kysely'
import type { DayFigure } from '../../core/day-figure.ts'
import { resolveRange } from '../../core/range.ts'
import type { Grouping } from '../../core/grouping.ts'
import type { AnswerOf, QueryOf, UsageRow } from '../../core/report-specs.ts'
import { TOKEN_CLASSES } from '../../core/tokens.ts'
import { daysTable, machineIsShown, TOKEN_SUMS } from '../usage-query.ts'
import { shownFigures } from './figures.ts'
import type { ReportContext } from './index.ts'
import { machineLabels } from './machine-labels.ts'
import { addEvents, addFigure, type EventSums, noSums } from './sums.ts'

interface GroupSums extends EventSums {
  date: string
  group: string
  response_count: number
  session_count: number
}

type Row = { -readonly [K in keyof UsageRow]: UsageRow[K] }

/** One row a day and group that has anything. */
export async function usage(context: ReportContext, query: QueryOf<'usage'>): Promise<AnswerOf<'usage'>> {
  const { now, tz } = context
  const by = query.by ?? 'model'
  const range = resolveRange(query, { now: now(), tz, days: 30 })
  const label = by === 'machine' ? await machineLabels(context) : (name: string) => name
  const rows = new Map<string, Row>()
  const rowOf = (date: string, group: string): Row => {
    const key = `${date} ${group}`
    let row = rows.get(key)
    if (row === undefined) {
      rows.set(key, (row = { date, group, ...noSums(), response_count: 0, session_count: 0 }))
    }
    return row
  }
  for (const sums of await groupSums(context, range, by)) {
    const row = rowOf(sums.date, label(sums.group))
    addEvents(row, sums)
    row.response_count += sums.response_count
    row.session_count += sums.session_count
  }
  for (const figure of await shownFigures(context, range)) {
    addFigure(rowOf(figure.date, figureGroup(figure, by, label)), figure)
  }
  const divided = by === 'type' ? [...rows.values()].flatMap(byTokenClass) : [...rows.values()]
  return { ...range, by, rows: divided.toSorted(byDateThenSize) }
}

async function groupSums(
  { db, owner }: ReportContext,
  range: { from: string; to: string; tz: string },
  by: Grouping,
): Promise<GroupSums[]> {
  const column: Record<Grouping, RawBuilder<number>> = {
    model: sql`e.model`,
    machine: sql`e.machine`,
    project: sql`e.project`,
    type: sql`0`,
  }
  const { rows } = await sql<GroupSums>`
    with span(label, starts, ends) as ${daysTable(range)},
    summed as (
      select span.label as date, ${column[by]} as name, count(*) as response_count,
        count(distinct e.session) as session_count, ${TOKEN_SUMS}
      from span cross join event e
      where e.owner = ${owner} and e.kind = 'response'
        and e.occurred_at >= span.starts and e.occurred_at < span.ends
        and ${machineIsShown(owner, sql`e.machine`)}
      group by span.label, name)
    select summed.*, coalesce(name.value, '') as "group"
    from summed left join name on name.id = summed.name
  `.execute(db)
  return rows
}

function figureGroup(figure: DayFigure, by: Grouping, label: (name: string) => string): string {
  return by === 'model' ? figure.model : by === 'machine' ? label(figure.machine) : ''
}

/** A day's row as one row for each token class; what is known only as a sum stays in a row without a class. */
function byTokenClass(row: Row): Row[] {
  const { date, response_count, session_count } = row
  const classes = TOKEN_CLASSES.filter((group) => row[group] > 0).map((group): Row => {
    const counts = { ...noSums(), [group]: row[group] }
    const cache_creation_tokens = counts.cache_write_5m_tokens + counts.cache_write_1h_tokens
    return { date, group, ...counts, cache_creation_tokens, total_tokens: row[group], response_count, session_count }
  })
  const rest = row.total_tokens - classes.reduce((sum, part) => sum + part.total_tokens, 0)
  if (rest === 0 && row.estimated_tokens === 0) return classes
  const { estimated_tokens } = row
  const sums = { ...noSums(), total_tokens: rest, reported_tokens: rest, estimated_tokens }
  return [...classes, { date, group: '', ...sums, response_count: 0, session_count: 0 }]
}

function byDateThenSize(a: Row, b: Row): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return b.total_tokens - a.total_tokens || (a.group < b.group ? -1 : 1)
}
