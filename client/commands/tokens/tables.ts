import type { AnswerOf, MachineRow } from '../../../core/report-specs.ts'

type UsageAnswer = AnswerOf<'usage'>

export interface JsonParts {
  readonly usage: UsageAnswer
  readonly totals: AnswerOf<'totals'>
  readonly machines: readonly MachineRow[]
  readonly source: 'server' | 'local'
  readonly now: number
}

/** The report as the API answers it, with the sums of the range, and the machines with how fresh they are. */
export function usageDocument({ usage, totals, machines, source, now }: JsonParts): Record<string, unknown> {
  const { rows, previous, gaps, ...asked } = usage
  return {
    as_of: new Date(now).toISOString(),
    source,
    ...asked,
    rows,
    totals,
    ...(previous === undefined ? {} : { previous: { from: previous.from, to: previous.to, rows: previous.rows } }),
    gaps,
    machines,
  }
}
