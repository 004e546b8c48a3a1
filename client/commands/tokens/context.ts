import type { Reports } from '../../../core/report-specs.ts'
import type { Scope } from '../report/run.ts'
import type { TokensQuestion } from './question.ts'

/** What a graph is made of. */
export type TokensReports = Pick<Reports, 'usage' | 'totals' | 'machines'>

/** Who is asked, and what. */
export interface TokensContext {
  readonly reports: TokensReports
  readonly question: TokensQuestion
  readonly scope: Scope
  readonly compare: boolean
}

export function usageOf({ reports, question, compare }: TokensContext) {
  const { range, by, every, filters } = question
  return reports.usage({ ...range, ...filters, by, every, ...(compare ? { compare: 'previous' } : {}) })
}
