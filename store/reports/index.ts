import type { Reports } from '../../core/report-specs.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import { daily } from './daily.ts'
import { machines } from './machines.ts'
import { models } from './models.ts'
import { totals } from './totals.ts'
import { usage } from './usage.ts'

/** What a report is answered from: a ledger, seen by one owner, at a time, from a zone. */
export interface ReportContext {
  readonly db: Db
  readonly owner: OwnerId
  readonly now: () => number
  /** The zone whose days are meant when a query names none. */
  readonly tz: string
}

/** Answers every report from a ledger. It is made for one owner, so no query can forget whose data it may see. */
export function ledgerReports(context: ReportContext): Reports {
  return {
    daily: (query) => daily(context, query),
    totals: (query) => totals(context, query),
    machines: () => machines(context),
    models: (query) => models(context, query),
    usage: (query) => usage(context, query),
  }
}
