import type { AnswerOf, MachineRow } from '../../../core/report-specs.ts'

type UsageAnswer = AnswerOf<'usage'>

export interface JsonParts {
  readonly usage: UsageAnswer
  readonly totals: AnswerOf<'totals'>
  readonly machines: readonly MachineRow[]
  readonly source: 'server' | 'local'
  readonly now: number
}

/** One object: the rows, the sums of the range, and the machines with how fresh they are. */
export function usageDocument({ usage, totals, machines, source, now }: JsonParts): Record<string, unknown> {
  const { from, to, tz, by, every, rows, gaps, price_book, contract, unpriced_models, previous } = usage
  return {
    range: { from, to, tz },
    as_of: new Date(now).toISOString(),
    source,
    by,
    every,
    price_book,
    contract,
    unpriced_models,
    rows,
    totals,
    ...(previous === undefined ? {} : { previous: { from: previous.from, to: previous.to, rows: previous.rows } }),
    gaps,
    machines,
  }
}
