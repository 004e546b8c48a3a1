import type { PriceBook } from '../../core/prices/price-book.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import type { UsedDay } from './days.ts'
import type { Days } from './versioned-days.ts'
import type { Filter } from './filter.ts'

/** What a report is answered from: a ledger, seen by one owner, at a time, from a zone, at prices. */
export interface ReportContext {
  readonly db: Db
  readonly owner: OwnerId
  readonly now: () => number
  /** The zone whose days are meant when a query names none. */
  readonly tz: string
  readonly prices: Prices
  /** The days of a range, in order; of all time, those that can have anything. The same within one question. */
  readonly daysOf: (days: Days, filter: Filter) => Promise<readonly UsedDay[]>
}

export interface Prices {
  readonly list: PriceBook
  /** What someone really pays, where that was set. */
  readonly contract?: PriceBook | undefined
}
