import { type DayFigure, isEstimate } from '../../core/day-figure.ts'
import type { Grouping } from '../../core/grouping.ts'
import { TOKEN_CLASSES } from '../../core/tokens.ts'
import { namesOf } from '../names.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { Filter } from './filter.ts'
import type { Pricer } from './pricer.ts'
import { type GroupColumn, sessionCounts, type Slice, type SliceQuery, slicesOf, type Stretch } from './slices.ts'
import { addFigure, addSlice, noSums, type Sums } from './sums.ts'

/** What usage is divided by: a grouping of the API, or the session. */
export type Dimension = Grouping | 'session'

/** Usage of one span and one key: a model's name, a machine's id, a project's key and so on. */
export interface Divided {
  readonly span: number
  readonly key: string
  readonly sums: Sums
}

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

/** Web searches are billed, and are no tokens: where usage is divided by token class they are a class of their own. */
const WEB_SEARCHES = 'web_search'

/** Usage divided by span and one dimension, with the sessions of each, and with day figures where they are given. */
export async function divided(context: ReportContext, division: Division): Promise<Divided[]> {
  const { by, filter, pricer, stretch, figures = [], spanOfDay = () => 0 } = division
  const { keyOf, ...column } = COLUMNS[by]
  const query: SliceQuery = { stretch, filter, ...column }
  const slices = await slicesOf(context, query, pricer)
  const sessions = by === 'session' ? [] : await sessionCounts(context, query, pricer)
  const names =
    keyOf ??
    nameIn(
      await namesOf(
        context.db,
        slices.map(({ group }) => group),
      ),
    )
  const rows = new Map<string, Divided>()
  const rowOf = (span: number, key: string): Divided => {
    const id = `${span} ${key}`
    let row = rows.get(id)
    if (row === undefined) rows.set(id, (row = { span, key, sums: noSums() }))
    return row
  }
  for (const slice of slices) {
    if (by === 'type')
      for (const [key, part] of byTokenClass(slice, pricer)) addSlice(rowOf(slice.span, key).sums, part, pricer)
    else addSlice(rowOf(slice.span, names(slice.group)).sums, slice, pricer)
  }
  for (const { span, group, session_count } of sessions) {
    if (by !== 'type') rowOf(span, names(group)).sums.session_count = session_count
    else for (const row of rows.values()) if (row.span === span) row.sums.session_count = session_count
  }
  if (by === 'session') for (const row of rows.values()) row.sums.session_count = 1
  for (const figure of figures) {
    const span = spanOfDay(figure.date)
    if (span === undefined) continue
    if (by === 'type') addFigureByClass(figure, (key) => rowOf(span, key).sums)
    else addFigure(rowOf(span, figureKey(figure, by)).sums, figure)
  }
  return [...rows.values()]
}

function nameIn(names: ReadonlyMap<NameId, string>): (id: NameId) => string {
  return (id) => names.get(id) ?? ''
}

function figureKey(figure: DayFigure, by: Dimension): string {
  return by === 'model' ? figure.model : by === 'machine' ? figure.machine : ''
}

/** A slice as one for each token class in it, each with the responses that it has part in. */
function* byTokenClass(slice: Slice, pricer: Pricer): Generator<[key: string, part: Slice]> {
  const nothing = { web_searches: 0, ...Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) }
  const part = (counts: object): Slice => {
    const alone = { ...slice, ...nothing, ...counts } as Slice
    return { ...alone, cost: pricer.cost(slice.price, alone) }
  }
  for (const name of TOKEN_CLASSES) {
    if (slice[name] > 0) yield [name, part({ [name]: slice[name] })]
  }
  if (slice.web_searches > 0) yield [WEB_SEARCHES, part({ web_searches: slice.web_searches })]
}

/** What a figure knows only as a sum stays in a row without a class. */
function addFigureByClass(figure: DayFigure, sumsOf: (key: string) => Sums): void {
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = figure
  const classes = { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens }
  const none = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 }
  let rest = figure.total_tokens
  if (!isEstimate(figure)) {
    for (const [name, count] of Object.entries(classes)) {
      if (count === 0) continue
      const key = name === 'cache_creation_tokens' ? 'cache_write_5m_tokens' : name
      addFigure(sumsOf(key), { ...figure, ...none, [name]: count, total_tokens: count })
      rest -= count
    }
  }
  if (rest > 0) addFigure(sumsOf(''), { ...figure, ...none, total_tokens: rest })
}
