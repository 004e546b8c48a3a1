import type { Day } from './day.ts'

/** Files that can be imported: our own export, ccusage's `daily --json`, the original server's database. */
export const IMPORT_KINDS = ['export', 'ccusage', 'original'] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

/**
 * Where a day figure comes from: Claude Code's `stats-cache.json`, an original client (protocol 1), or an import
 * (`ccusage:ID`; each has an id of its own, so that it can be undone). Another measurement than events: what is not
 * from an export or ccusage counts each transcript row, so about twice too much.
 */
export type FigureOrigin = string

export const FIGURE_ORIGIN = /^(?:stats-cache|protocol-1|(?:export|ccusage|original):[\w-]{1,40})$/

/** What kind of source an origin is: the part before its id. */
export function originKind(origin: FigureOrigin): ImportKind | 'protocol-1' | 'stats-cache' {
  return origin.split(':')[0] as ImportKind
}

/** Is it the estimate that is in no total? */
export function isEstimate({ origin }: { readonly origin: FigureOrigin }): boolean {
  return origin === 'stats-cache'
}

/** Several origins may tell the same day of a machine. The best measurement speaks: the first of these. */
const BY_TRUST = [...IMPORT_KINDS, 'protocol-1', 'stats-cache'] as const

/** The rows of the most trusted origin; of two imports of one kind, of the one that tells more. */
export function mostTrusted<F extends { readonly origin: FigureOrigin }>(
  rows: readonly F[],
  amount: (row: F) => number,
): F[] {
  const rank = (origin: FigureOrigin) => BY_TRUST.indexOf(originKind(origin))
  const byOrigin = [...Map.groupBy(rows, ({ origin }) => origin)].map(([origin, of]) => ({
    origin,
    of,
    amount: of.reduce((sum, row) => sum + amount(row), 0),
  }))
  const [best] = byOrigin.toSorted(
    (a, b) => rank(a.origin) - rank(b.origin) || b.amount - a.amount || (a.origin < b.origin ? -1 : 1),
  )
  return best?.of ?? []
}

/** Tokens of one model on one UTC day, as something other than an event tells them. */
export interface DayFigure {
  readonly machine: string
  readonly origin: FigureOrigin
  readonly date: Day
  /** Empty where the figure covers all models together. */
  readonly model: string
  readonly total_tokens: number
  /** The classes are 0 where the figure does not divide its total. */
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_tokens: number
  readonly cache_creation_tokens: number
}

/** Messages, sessions and tool calls of one UTC day, as something other than an event tells them. */
export interface DayActivity {
  readonly machine: string
  readonly origin: FigureOrigin
  readonly date: Day
  readonly message_count: number
  readonly session_count: number
  readonly tool_call_count: number
}

/** Tokens of one model over all time, as something other than an event tells them. */
export interface ModelFigure {
  readonly machine: string
  readonly origin: FigureOrigin
  readonly model: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_tokens: number
  readonly cache_creation_tokens: number
}

/** What one reading of such a source said of itself: the provenance of its figures. */
export interface FigureSnapshot {
  readonly machine: string
  readonly origin: FigureOrigin
  /** Version of stats-cache.json, or of the protocol. */
  readonly version: number
  /** Which tokens a figure counts: `all`, or `in+out` without cache. Empty where no token figure was taken. */
  readonly basis: 'all' | 'in+out' | ''
  /** The last day that the source had counted, and the first; empty where it does not say. */
  readonly last_day: string
  readonly first_day: string
}

/** Figures that arrived together, with what they say of themselves. */
export interface FigureSet {
  readonly snapshot: FigureSnapshot
  readonly figures: readonly DayFigure[]
  readonly activity: readonly DayActivity[]
  readonly models: readonly ModelFigure[]
}

/**
 * The figures of one machine and day, settled: an original client may tell a day both as one sum and by model. What
 * the models leave of the sum belongs to no named model.
 */
export function settleDay(figures: readonly DayFigure[]): DayFigure[] {
  const whole = figures.find((figure) => figure.model === '')
  const named = figures.filter((figure) => figure.model !== '')
  if (whole === undefined || named.length === 0) return [...figures]
  const rest = { ...whole }
  for (const field of FIGURE_FIELDS) {
    rest[field] = Math.max(0, whole[field] - named.reduce((sum, figure) => sum + figure[field], 0))
  }
  return rest.total_tokens > 0 ? [...named, rest] : named
}

const FIGURE_FIELDS = [
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
] as const
