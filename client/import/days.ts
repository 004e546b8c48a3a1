import type { DayActivity, DayFigure, FigureOrigin, FigureSet, ImportKind } from '../../core/day-figure.ts'
import type { Day } from '../../core/day.ts'
import { cleanName } from '../../core/text.ts'
import { isCount, MAX_COUNT } from '../../core/tokens.ts'

/** What a file tells of the days of a machine. */
export interface MachineDays {
  /** An id, or a hostname; neither where the file does not say whose it is. */
  readonly machine?: string
  readonly hostname?: string
  readonly figures: Omit<DayFigure, 'machine' | 'origin'>[]
  readonly activity: Omit<DayActivity, 'machine' | 'origin'>[]
}

/** A file that can be imported, read. */
export interface ImportFile {
  readonly kind: ImportKind
  readonly machines: readonly MachineDays[]
  /** What someone should know of it before taking it in, as sentences. */
  readonly notes: readonly string[]
}

type Tokens = Pick<DayFigure, 'input_tokens' | 'output_tokens' | 'cache_read_tokens' | 'cache_creation_tokens'>

const TOKENS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'] as const

/** No day of one machine comes near it; larger ones would make sums inexact. */
const MAX_FIGURE = MAX_COUNT * 1000

/** A figure with its total; undefined where a count is none, or nothing was used. */
export function figureOf(date: Day, model: string, tokens: Tokens): MachineDays['figures'][number] | undefined {
  const total_tokens = TOKENS.reduce((sum, name) => sum + tokens[name], 0)
  const sane = TOKENS.every((name) => Number.isInteger(tokens[name]) && tokens[name] >= 0) && total_tokens <= MAX_FIGURE
  if (!sane || total_tokens === 0) return undefined
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = tokens
  return {
    date,
    model: cleanName(model),
    total_tokens,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_creation_tokens,
  }
}

/** A day's activity; undefined where a count is none, or nothing happened. */
export function activityOf(
  date: Day,
  counts: Omit<DayActivity, 'machine' | 'origin' | 'date'>,
): MachineDays['activity'][number] | undefined {
  const { message_count, session_count, tool_call_count } = counts
  const all = [message_count, session_count, tool_call_count]
  return all.every(isCount) && all.some((count) => count > 0)
    ? { date, message_count, session_count, tool_call_count }
    : undefined
}

/** The days as figures of a machine and an import. `self` is this machine's id. */
export function figureSets({ machines, kind }: ImportFile, origin: FigureOrigin, self: string): FigureSet[] {
  return machines.map(({ machine, hostname, figures, activity }) => {
    // An id from elsewhere says nothing here, so others are known by their hostnames.
    const isSelf = machine === self || (machine ?? hostname) === undefined
    const of = {
      machine: isSelf ? self : hostname === undefined ? (machine as string) : `hostname:${hostname}`,
      origin,
    }
    const dates = [...figures, ...activity].map(({ date }) => date).toSorted()
    return {
      snapshot: {
        ...of,
        version: kind === 'original' ? 1 : 0,
        basis: 'all',
        last_day: dates.at(-1) ?? '',
        first_day: dates[0] ?? '',
      },
      figures: figures.map((row) => ({ ...row, ...of })),
      activity: activity.map((row) => ({ ...row, ...of })),
      models: [],
    }
  })
}
