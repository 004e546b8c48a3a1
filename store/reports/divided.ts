import type { Span } from '../../core/calendar.ts'
import type { DayFigure } from '../../core/day-figure.ts'
import type { Grouping } from '../../core/grouping.ts'
import { namesOf } from '../names.ts'
import type { ReportContext } from './context.ts'
import { addDays, addDaysByType } from './divide-days.ts'
import type { Filter } from './filter.ts'
import type { Pricer } from './pricer.ts'
import { type Divided, Rows } from './rows.ts'
import { type GroupColumn, sessionCounts, slicesOf } from './slices.ts'
import type { Stretch } from './stretch.ts'
import { addFigure, addSlice } from './sums.ts'
import { addFigureByClass, byTokenClass } from './token-classes.ts'

/** What usage is divided by: a grouping of the API, or the session. */
export type Dimension = Grouping | 'session'

export interface Division {
  readonly by: Dimension
  readonly filter: Filter
  readonly pricer: Pricer
  readonly stretch: Stretch
  /** Day figures to be added, and the span of each day. */
  readonly figures?: readonly DayFigure[]
  readonly spanOfDay?: (date: string) => number | undefined
}

interface Column {
  readonly group: GroupColumn
  /** What the column's values stand for; names by default. */
  readonly keyOf?: (value: number) => string
  readonly responsesOnly?: true
}

const AGENTS = ['main', 'subagent'] as const
const NO_KEY = () => ''

const COLUMNS: Readonly<Record<Dimension, Column>> = {
  model: { group: 'model', responsesOnly: true },
  machine: { group: 'machine' },
  project: { group: 'project' },
  agent: { group: 'subagent', keyOf: (value) => AGENTS[value] ?? '' },
  version: { group: 'client_version' },
  account: { group: 'account' },
  session: { group: 'session' },
  none: { group: 'none', keyOf: NO_KEY },
  type: { group: 'none', keyOf: NO_KEY, responsesOnly: true },
}

/** Usage divided by span and one dimension, with the sessions of each, and with day figures where they are given. */
export async function divided(context: ReportContext, division: Division): Promise<Divided[]> {
  const rows = new Rows()
  const { by, stretch, figures = [], spanOfDay = () => 0, ...wanted } = division
  if ('spans' in stretch) await addSpans(context, rows, { by, spans: stretch.spans, ...wanted })
  else if (by === 'type') await addDaysByType(context, rows, { stretch, ...wanted })
  else await addDays(context, rows, { stretch, ...wanted, column: columnOfDays(by), keyOf: COLUMNS[by].keyOf })
  for (const figure of figures) {
    const span = spanOfDay(figure.date)
    if (span === undefined) continue
    if (by === 'type') addFigureByClass(figure, (key) => rows.at(span, key))
    else addFigure(rows.at(span, figureKey(figure, by)), figure)
  }
  return rows.all()
}

function columnOfDays(by: Dimension) {
  const { group } = COLUMNS[by]
  if (group === 'session') throw new Error('days are not divided by session')
  return group
}

async function addSpans(
  context: ReportContext,
  rows: Rows,
  { by, spans, filter, pricer }: Pick<Division, 'by' | 'filter' | 'pricer'> & { spans: readonly Span[] | undefined },
): Promise<void> {
  const { keyOf, ...column } = COLUMNS[by]
  const query = { spans, filter, ...column }
  const slices = await slicesOf(context, query, pricer)
  const groups = slices.map(({ group }) => group)
  const names = keyOf === undefined ? await namesOf(context.db, groups) : undefined
  const nameOf = (group: number) => keyOf?.(group) ?? names?.get(group) ?? ''
  for (const slice of slices) {
    const parts = by === 'type' ? byTokenClass(slice, pricer) : [[nameOf(slice.group), slice] as const]
    for (const [key, part] of parts) addSlice(rows.at(slice.span, key), part, pricer)
  }
  if (by === 'session') {
    for (const { sums } of rows.all()) sums.session_count = 1
    return
  }
  for (const { span, group, session_count } of await sessionCounts(context, query)) {
    if (by !== 'type') rows.at(span, nameOf(group)).session_count = session_count
    else for (const { sums } of rows.ofSpan(span)) sums.session_count = session_count
  }
}

function figureKey(figure: DayFigure, by: Dimension): string {
  return by === 'model' ? figure.model : by === 'machine' ? figure.machine : ''
}
