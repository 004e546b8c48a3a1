import type { Span } from '../../core/calendar.ts'
import type { Day } from '../../core/day.ts'
import type { Days } from './versioned-days.ts'

/**
 * When: days, each of which belongs to a span or to none, and which are remembered from report to report; or spans of
 * any length, which do not overlap and come in order (undefined for all time), read of the quarters of an hour.
 */
export type Stretch = StretchOfDays | { readonly spans: readonly Span[] | undefined }

export interface StretchOfDays {
  readonly days: Days
  readonly spanOfDay: (date: Day, index: number) => number | undefined
}

/** All days of a range, or of all time, as one span. */
export function oneSpan(days: Days): StretchOfDays {
  return { days, spanOfDay: () => 0 }
}
