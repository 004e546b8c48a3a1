import { type Drawable, type DrawnUsage, drawUsage, type Series as CoreSeries } from '../../../core/drawn-usage.ts'
import type { Metric } from '../../../core/metric.ts'
import type { Fill } from '../../terminal/bars.ts'

/** A stretch of each bar, and how it is filled. */
export interface Series extends CoreSeries {
  readonly fill: Fill
}

/** Three series are all that stay apart on every background; the fourth stands for what is left. */
const FILLS = ['first', 'second', 'third'] as const

/** An answer as a terminal draws it. */
export type TerminalUsage = DrawnUsage<Series>

export function drawnUsage(answer: Drawable, metric: Metric = 'tokens'): TerminalUsage {
  const drawn = drawUsage(answer, metric, FILLS.length)
  return { ...drawn, series: drawn.series.map((series, i) => ({ ...series, fill: FILLS[i] ?? 'other' })) }
}
