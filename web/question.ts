import { localDay } from '../core/calendar.ts'
import type { Day } from '../core/day.ts'
import type { QueryOf } from '../core/report-specs.ts'
import { FILTERS, type Filters, type View } from './address.ts'
import { type Days, daysOf, suitableEvery } from '../core/presets.ts'

/** What a view asks of the reports. */
export interface Question extends Days {
  readonly tz: string
  readonly today: Day
  readonly now: number
  readonly filters: Partial<Record<keyof Filters, string[]>>
  readonly every: NonNullable<View['every']>
  readonly isAllTime: boolean
}

/** The days, zone and filters that a view means now. */
export function questionOf(
  view: Pick<View, 'range' | 'tz' | 'filters' | 'every'>,
  { now, zone, isNarrow }: { now: number; zone: string; isNarrow: boolean },
): Question {
  const tz = view.tz ?? zone
  const today = localDay(now, tz)
  const days = daysOf(view.range, today)
  const filters = Object.fromEntries(
    FILTERS.filter((name) => view.filters[name].length > 0).map((name) => [name, [...view.filters[name]]]),
  )
  const every = view.every ?? suitableEvery(days, isNarrow)
  return { ...days, tz, today, now, filters, every, isAllTime: view.range === 'all' }
}

/** The part of a query that every report takes. */
export function rangeOf({ from, to, tz, filters }: Question): QueryOf<'daily'> {
  return { from, to, tz, ...filters }
}
