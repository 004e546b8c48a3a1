import type { Every } from '../../../core/calendar.ts'
import type { Grouping } from '../../../core/grouping.ts'
import { Problem } from '../../../core/problem.ts'
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
  /** Leaves it to the caller to say which commands help next. */
  readonly withoutNext?: boolean | undefined
}

/** What is asked of the reports. */
export interface TokensQuestion extends RangeQuestion {
  /** What rows and bars are divided by. */
  readonly by: Grouping
  readonly metric: Metric
  readonly every: Every
  /** Squares instead of bars. */
  readonly isHeatmap: boolean
}

const DEFAULT_DAYS = 7
/** From so many days on a row is a week, then a day is a square; where there are no squares, a row is a month. */
const WEEKS_FROM = 60
const SQUARES_FROM = 120
const MONTHS_FROM = 400

/** What cannot be added up over the parts of a period: one session may be of several models, and a prompt is of none. */
const UNDIVIDED: Readonly<Partial<Record<Metric, readonly Grouping[]>>> = {
  sessions: ['model', 'machine', 'project', 'type', 'agent', 'version', 'account'],
  messages: ['model', 'type'],
}

/** The question that options mean. Throws `invalid-request` for one that cannot be asked, with what would work. */
export function tokensQuestion(
  options: TokensOptions,
  surroundings: Pick<Surroundings, 'now' | 'zone'>,
): TokensQuestion {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  refuse(options)
  const { metric = 'tokens', heatmap = false, compare = false } = options
  const asksForBars = options.every !== undefined || options.by !== undefined || compare
  const isHeatmap = heatmap || (!asksForBars && question.days >= SQUARES_FROM)
  return {
    ...question,
    by: options.by ?? (heatmap || UNDIVIDED[metric]?.includes('model') ? 'none' : 'model'),
    metric,
    every: isHeatmap ? 'day' : (options.every ?? usualLength(question.days)),
    isHeatmap,
  }
}

function usualLength(days: number): Every {
  if (days === 1) return 'hour'
  return days >= MONTHS_FROM ? 'month' : days >= WEEKS_FROM ? 'week' : 'day'
}

function refuse({ heatmap, by, every, compare, metric = 'tokens' }: TokensOptions): void {
  if (heatmap) {
    const given = { '--by': by, '--every': every, '--compare': compare || undefined }
    const flags = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]))
    if (flags.length > 0) {
      throw new Problem(
        'invalid-request',
        `A heatmap has a square for each day: ${flags.join(' and ')} cannot be drawn.`,
        {
          hint: 'As bars: forge tokens -d 365 --by machine',
        },
      )
    }
  }
  if (by !== undefined && UNDIVIDED[metric]?.includes(by)) {
    const why = metric === 'sessions' ? `one session may be of more than one ${by}` : `a prompt is of no ${by}`
    throw new Problem('invalid-request', `${metric} cannot be divided by ${by}: ${why}.`, {
      hint: `Without --by: forge tokens --metric ${metric}`,
    })
  }
}
