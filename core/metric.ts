/** What the bars are as long as. */
export const METRICS = ['tokens', 'cost', 'output', 'input', 'cache', 'sessions', 'messages'] as const
export type Metric = (typeof METRICS)[number]
