import type { PriceBook } from '../../core/prices/price-book.ts'
import type { Db } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import type { DayCells } from './day-cells.ts'

/** What a report is answered from: a ledger, seen by one owner, at a time, from a zone, at prices. */
export interface ReportContext {
  readonly db: Db
  readonly owner: OwnerId
  readonly now: () => number
  /** The zone whose days are meant when a query names none. */
  readonly tz: string
  readonly prices: Prices
  /** What earlier reports have read of the ledger. */
  readonly cells: DayCells
}

export interface Prices {
  readonly list: PriceBook
  /** What someone really pays, where that was set. */
  readonly contract?: PriceBook | undefined
}
