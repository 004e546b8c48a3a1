import type { Every } from '../../../core/calendar.ts'
import type { Grouping } from '../../../core/grouping.ts'
import type { Surroundings } from '../../surroundings.ts'
import { type RangeQuestion, rangeQuestion, type ReportOptions } from '../report/options.ts'
import type { Metric } from '../../../core/metric.ts'

/** What `forge tokens` takes on the command line. */
export interface TokensOptions extends ReportOptions {
  readonly by?: Grouping | undefined
  readonly metric?: Metric | undefined
  readonly every?: Every | undefined
  /** Draws the period before below each bar. */
  readonly compare?: boolean | undefined
  /** Draws a square for each day, whatever the range. */
  readonly heatmap?: boolean | undefined
}

/** What is asked of the reports. */
export interface TokensQuestion extends RangeQuestion {
  readonly by: Grouping
  readonly metric: Metric
  readonly every: Every
  /** Squares instead of bars. */
  readonly isHeatmap: boolean
}

const DEFAULT_DAYS = 7
/** From here on a row is a week, and from there on a day is a square. */
const WEEKS_FROM = 60
const SQUARES_FROM = 120

/** The question that options mean. Throws `invalid-request` for one that cannot be asked, with what would work. */
export function tokensQuestion(
  options: TokensOptions,
  surroundings: Pick<Surroundings, 'now' | 'zone'>,
): TokensQuestion {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const { by = 'model', metric = 'tokens', heatmap = false } = options
  const isHeatmap = heatmap || (options.every === undefined && question.days >= SQUARES_FROM)
  return {
    ...question,
    by,
    metric,
    every: isHeatmap ? 'day' : (options.every ?? usualLength(question.days)),
    isHeatmap,
  }
}

function usualLength(days: number): Every {
  return days === 1 ? 'hour' : days >= WEEKS_FROM ? 'week' : 'day'
}
