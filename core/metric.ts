import type { Grouping } from './grouping.ts'

/** What the bars are as long as. */
export const METRICS = ['tokens', 'cost', 'output', 'input', 'cache', 'sessions', 'messages'] as const
export type Metric = (typeof METRICS)[number]

/**
 * Can bars of a metric be divided so, and add up? A session may be of several groups; a prompt is of no model; and a
 * message is of every token class.
 */
export function isDivisible(metric: Metric, by: Grouping): boolean {
  if (by === 'none') return true
  return metric !== 'sessions' && !(metric === 'messages' && (by === 'model' || by === 'type'))
}
