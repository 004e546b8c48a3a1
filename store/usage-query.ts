import { type RawBuilder, sql } from 'kysely'
import { calendarDays } from '../core/calendar.ts'
import type { DayRange } from '../core/range.ts'
import type { OwnerId } from './schema.ts'

/**
 * The parts that report queries share. Days enter SQL as a table of `(label, starts, ends)`, computed from a zone:
 * no zone and no date function ever reaches SQL.
 */

/** A table of the range's days, for `from`. */
export function daysTable(range: DayRange): RawBuilder<unknown> {
  const rows = calendarDays(range.from, range.to, range.tz).map(
    (span) => sql`(${span.label}, ${span.starts}, ${span.ends})`,
  )
  return sql`(values ${sql.join(rows)})`
}

/** The range as instants: from the start of its first day to the end of its last. */
export function rangeEnds(range: DayRange): { starts: number; ends: number } {
  const spans = calendarDays(range.from, range.to, range.tz)
  return { starts: spans[0]?.starts ?? 0, ends: spans.at(-1)?.ends ?? 0 }
}

/**
 * Is the machine of a row (a name id) shown in reports? All are but those that someone has hidden: also a machine that
 * the ledger knows from its events alone, such as the one from which a home was copied.
 */
export function machineIsShown(owner: OwnerId, machine: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${machine} not in (
    select n.id from machine m join name n on n.value = m.id where m.owner = ${owner} and m.is_active = 0)`
}

/** Sums of the token classes over events `e`, under the API's names. */
export const TOKEN_SUMS = sql`
  coalesce(sum(e.input_tokens), 0) as input_tokens,
  coalesce(sum(e.output_tokens), 0) as output_tokens,
  coalesce(sum(e.cache_read_tokens), 0) as cache_read_tokens,
  coalesce(sum(e.cache_write_5m_tokens), 0) as cache_write_5m_tokens,
  coalesce(sum(e.cache_write_1h_tokens), 0) as cache_write_1h_tokens`
