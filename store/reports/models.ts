import { sql } from 'kysely'
import type { FigureOrigin, ModelFigure } from '../../core/day-figure.ts'
import type { AnswerOf, ModelRow, QueryOf } from '../../core/report-specs.ts'
import { machineIsShown, TOKEN_SUMS } from '../usage-query.ts'
import { shownFigures } from './figures.ts'
import type { ReportContext } from './index.ts'
import { addEvents, addFigure, type EventSums, noSums, type TokenSums } from './sums.ts'
import { optionalRange, within } from './totals.ts'

interface Row extends TokenSums {
  readonly model: string
  response_count: number
}

/** Usage by model, the largest first. */
export async function models(context: ReportContext, query: QueryOf<'models'>): Promise<AnswerOf<'models'>> {
  const { db, owner } = context
  const range = optionalRange(context, query)
  const { rows: events } = await sql<EventSums & { model: string; response_count: number }>`
    select model.value as model, count(*) as response_count, ${TOKEN_SUMS}
    from event e join name model on model.id = e.model
    where e.owner = ${owner} and e.kind = 'response' and ${within(range)}
      and ${machineIsShown(owner, sql`e.machine`)}
    group by model.value
  `.execute(db)
  const byModel = new Map<string, Row>()
  const rowOf = (model: string): Row => {
    let row = byModel.get(model)
    if (row === undefined) byModel.set(model, (row = { model, ...noSums(), response_count: 0 }))
    return row
  }
  for (const row of events) {
    addEvents(rowOf(row.model), row)
    rowOf(row.model).response_count += row.response_count
  }
  // Over all time an original client's own totals by model are better than its days, which may name no model.
  const lifetime = range === undefined ? await reportedModels(context) : []
  for (const figure of lifetime) addFigure(rowOf(figure.model), figure)
  for (const figure of await shownFigures(context, range)) {
    if (figure.origin === 'stats-cache' || lifetime.every((known) => known.machine !== figure.machine)) {
      addFigure(rowOf(figure.model), figure)
    }
  }
  return {
    models: [...byModel.values()]
      .toSorted(
        (a, b) =>
          b.total_tokens - a.total_tokens || b.estimated_tokens - a.estimated_tokens || (a.model < b.model ? -1 : 1),
      )
      .map(({ cache_write_5m_tokens: _5m, cache_write_1h_tokens: _1h, ...row }): ModelRow => row),
  }
}

/** All-time totals by model of machines that only ever sent day figures. */
async function reportedModels({
  db,
  owner,
}: ReportContext): Promise<(ModelFigure & { total_tokens: number; origin: FigureOrigin })[]> {
  const { rows } = await sql<ModelFigure>`
    select machine.value as machine, f.origin, model.value as model, f.input_tokens, f.output_tokens,
      f.cache_read_tokens, f.cache_creation_tokens
    from model_figure f
    join name machine on machine.id = f.machine
    join name model on model.id = f.model
    where f.owner = ${owner} and f.origin = 'protocol-1' and ${machineIsShown(owner, sql`f.machine`)}
      and not exists (select 1 from seen_day s where s.owner = f.owner and s.machine = f.machine)
  `.execute(db)
  return rows.map((row) => ({
    ...row,
    total_tokens: row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_creation_tokens,
  }))
}
